/** The Euclidean norm of a vector. Summed in float64, where no float32 squared overflows. */
export function norm(vector: Float32Array): number {
  let squares = 0;
  for (let i = 0; i < vector.length; i++) squares += vector[i] * vector[i];
  return Math.sqrt(squares);
}
