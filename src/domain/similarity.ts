/**
 * The product of a vector with the one of the same length that begins at `offset` of `packed`: of unit vectors, their
 * cosine similarity. Every index scores by this sum, in this order, so that a score is the same number whichever index
 * found the chunk: floors of answers are compared with it.
 */
export function productOf(packed: Float32Array, offset: number, vector: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < vector.length; i += 1) sum += (packed[offset + i] as number) * (vector[i] as number);
  return sum;
}

/** The same direction with length 1; what has no length stays as it is. */
export function unitOf(vector: Float32Array): Float32Array {
  const length = Math.sqrt(productOf(vector, 0, vector));
  return length === 0 ? vector : vector.map((value) => value / length);
}
