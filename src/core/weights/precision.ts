/** How the model computes. In the order in which they are offered; the first is the default. */
export const PRECISIONS = ['fast', 'exact', 'int8'] as const;

/** In `int8`, the weights are those of `fast`; what differs is the run of single tokens (`withInt8Activations`). */
export type Precision = (typeof PRECISIONS)[number];
