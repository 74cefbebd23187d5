/** A question as retrieval embedded it. */
export interface EmbeddedQuestion {
  /** Name of the embedder. */
  readonly embedder: string;
  /** Of length 1, less where the embedder knows little of its words; empty where the embedder failed. */
  readonly vector: Float32Array;
}

const HEADER_BYTES = 8;
const HIGHEST = 127;
/** For sums of floats, which are not exact either. */
const SLACK = 1e-6;

/**
 * A vector in a byte for each number, as it is kept with an answer: a scale, the length of what rounding took, and the
 * rounded numbers. A quarter of the bytes, and it knows how far off it is.
 */
export function packQuestion(vector: Float32Array): Uint8Array {
  const highest = vector.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const scale = Math.fround(highest / HIGHEST) || 1;
  const packed = new Uint8Array(HEADER_BYTES + vector.length);
  const rounded = new Int8Array(packed.buffer, HEADER_BYTES);
  let lost = 0;
  vector.forEach((value, i) => {
    rounded[i] = Math.max(-HIGHEST, Math.min(HIGHEST, Math.round(value / scale)));
    lost += (value - (rounded[i] as number) * scale) ** 2;
  });
  const header = new DataView(packed.buffer);
  header.setFloat32(0, scale, true);
  // Rounded up: it is a bound.
  header.setFloat32(4, Math.sqrt(lost) * (1 + SLACK) + SLACK, true);
  return packed;
}

/**
 * No less than the cosine similarity of the packed question and a vector of length 1, and hardly more; 0 when they are
 * of two embedders.
 *
 * |q·v − q̂·v| ≤ |q − q̂|·|v|, by Cauchy and Schwarz.
 */
export function similarityAtMost(packed: Uint8Array, vector: Float32Array): number {
  const size = packed.length - HEADER_BYTES;
  if (size !== vector.length || size === 0) return 0;
  const header = new DataView(packed.buffer, packed.byteOffset, HEADER_BYTES);
  const rounded = new Int8Array(packed.buffer, packed.byteOffset + HEADER_BYTES, size);
  let sum = 0;
  for (let i = 0; i < size; i += 1) sum += (rounded[i] as number) * (vector[i] as number);
  return sum * header.getFloat32(0, true) + header.getFloat32(4, true) + SLACK;
}
