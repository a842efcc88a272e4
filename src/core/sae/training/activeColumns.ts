/** Which inputs of a batch each feature is active for: the features of a batch, by column. */
export class ActiveColumns {
  /** The entries of feature j are at `starts[j]` to `starts[j + 1]`, by input ascending. */
  readonly starts: Uint32Array; // [dSae + 1]
  rows = new Uint32Array(1024); // [entries]
  values = new Float32Array(1024); // [entries]
  count = 0;
  private features = new Uint32Array(1024);
  private unsortedRows = new Uint32Array(1024);
  private unsortedValues = new Float32Array(1024);

  constructor(readonly dSae: number) {
    this.starts = new Uint32Array(dSae + 1);
  }

  clear(): void {
    this.count = 0;
  }

  /** Adds an entry; rows ascend from call to call. {@link sort} puts all of them in their columns. */
  add(row: number, feature: number, value: number): void {
    if (this.count === this.features.length) this.grow();
    this.features[this.count] = feature;
    this.unsortedRows[this.count] = row;
    this.unsortedValues[this.count++] = value;
  }

  /** Sorts by column what was added since {@link clear}; stable, by counting. */
  sort(): void {
    const { starts, count, features } = this;
    starts.fill(0);
    for (let i = 0; i < count; i++) starts[features[i] + 1]++;
    for (let j = 0; j < this.dSae; j++) starts[j + 1] += starts[j];
    for (let i = 0; i < count; i++) {
      const place = starts[features[i]]++;
      this.rows[place] = this.unsortedRows[i];
      this.values[place] = this.unsortedValues[i];
    }
    // Each start has moved to the next one's place.
    starts.copyWithin(1, 0, this.dSae);
    starts[0] = 0;
  }

  private grow(): void {
    const length = 2 * this.features.length;
    const longer = <T extends Uint32Array | Float32Array>(to: T, from: T): T => {
      to.set(from);
      return to;
    };
    this.features = longer(new Uint32Array(length), this.features);
    this.unsortedRows = longer(new Uint32Array(length), this.unsortedRows);
    this.unsortedValues = longer(new Float32Array(length), this.unsortedValues);
    this.rows = new Uint32Array(length);
    this.values = new Float32Array(length);
  }
}
