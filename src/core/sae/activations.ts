/** Activations of a corpus at one hook, as training and evaluation take them. */

export interface ActivationRows {
  readonly dIn: number;
  /** How many there are. */
  readonly rows: number;
}

/** Rows in a shuffled order that a seed fixes, so that training can be broken off and go on where it was. */
export interface ActivationSource extends ActivationRows {
  /**
   * The rows of one batch, [size, dIn], float32: batch `index` of the endless order, which begins anew, shuffled otherwise,
   * when all rows have been given. The same index gives the same rows.
   */
  batch(index: number, size: number): Promise<Float32Array>;
}
