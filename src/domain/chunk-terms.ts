import { hash32 } from './hash32.ts';
import { termsOf } from './words.ts';

/** Raised when words are told apart in another way: what was packed before is then packed anew as it is read. */
export const TERMS_FORM = 2;

const HEADER_BYTES = 4;
const MOST_COUNTED = 63;
const IN_HEADINGS = 64;
const IN_NAME = 128;

/** What a chunk is found by. */
export interface TermSource {
  readonly documentName: string;
  readonly headings: readonly string[];
  readonly text: string;
}

/** The words of a chunk, ready to be counted; hashes ascend. */
export interface ChunkTerms {
  /** Words of the text and of the headings, with repetitions. */
  readonly length: number;
  readonly hashes: Uint32Array;
  /** For each hash where it stands, to be read by `countOf`, `isInHeadings` and `isInName`. */
  readonly places: Uint8Array;
}

/**
 * The content words of a chunk in 5 bytes each, as the store keeps them: an index is then loaded without reading
 * the texts again. A word is known by 32 bits of its hash. Two words of one corpus may share them (with 200,000
 * words, one query word in 20,000 does): they then count as one, the same way everywhere.
 */
export function packTerms(source: TermSource): Uint8Array {
  const places = new Map<number, number>();
  const name = termsOf(source.documentName.replace(/\.\w{1,5}$/, ''));
  const headings = termsOf(source.headings.join('\n'));
  const text = termsOf(source.text);
  for (const term of text) {
    const hash = hash32(term);
    places.set(hash, Math.min(MOST_COUNTED, (places.get(hash) ?? 0) + 1));
  }
  for (const term of headings) mark(places, term, IN_HEADINGS);
  for (const term of name) mark(places, term, IN_NAME);
  return pack(places, Math.min(0xffff, text.length + headings.length));
}

/** Null when it was packed in another form. */
export function unpackTerms(packed: Uint8Array): ChunkTerms | null {
  if (packed[0] !== TERMS_FORM) return null;
  // Copied: numbers of four bytes must begin at a multiple of four, which a view of a row need not.
  const { buffer } = packed.byteOffset % 4 === 0 ? { buffer: packed.buffer } : packed.slice();
  const start = packed.byteOffset % 4 === 0 ? packed.byteOffset : 0;
  const size = (packed.length - HEADER_BYTES) / 5;
  return {
    length: (packed[2] as number) | ((packed[3] as number) << 8),
    hashes: new Uint32Array(buffer, start + HEADER_BYTES, size),
    places: new Uint8Array(buffer, start + HEADER_BYTES + 4 * size, size),
  };
}

/** How often the word stands in the text, at most 63. */
export function countOf(place: number): number {
  return place & MOST_COUNTED;
}

export function isInHeadings(place: number): boolean {
  return (place & IN_HEADINGS) !== 0;
}

export function isInName(place: number): boolean {
  return (place & IN_NAME) !== 0;
}

function mark(places: Map<number, number>, term: string, flag: number): void {
  const hash = hash32(term);
  places.set(hash, (places.get(hash) ?? 0) | flag);
}

/** Little-endian, as every machine is that Node runs on. */
function pack(places: ReadonlyMap<number, number>, length: number): Uint8Array {
  const hashes = Uint32Array.from(places.keys()).sort();
  const packed = new Uint8Array(HEADER_BYTES + 5 * hashes.length);
  packed[0] = TERMS_FORM;
  packed[2] = length & 0xff;
  packed[3] = length >>> 8;
  new Uint32Array(packed.buffer, HEADER_BYTES, hashes.length).set(hashes);
  hashes.forEach((hash, i) => (packed[HEADER_BYTES + 4 * hashes.length + i] = places.get(hash) as number));
  return packed;
}
