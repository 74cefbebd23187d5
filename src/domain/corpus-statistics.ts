import type { ChunkTerms } from './chunk-terms.ts';

/**
 * What BM25 knows about a corpus, frozen for an epoch: within one, the score of a chunk for a question depends on
 * nothing that was added or removed since.
 */
export interface CorpusStatistics {
  /** From 1; 0 stands for a corpus that was never counted. */
  readonly epoch: number;
  /** The corpus version it was counted at. */
  readonly corpusVersion: number;
  readonly chunks: number;
  /** Words of a chunk. */
  readonly averageLength: number;
  /** Words that more than one chunk holds: hashes ascending, then in how many each stands; little-endian. */
  readonly frequencies: Uint8Array;
}

/** A new epoch begins when so much of the corpus has come or gone since the last was counted. */
const CHANGED_SHARE = 0.25;

/**
 * Whether so many changed chunks make a new epoch due. Growing to a hundred thousand chunks one by one takes some
 * fifty epochs; counting them all costs five times what counting the last does.
 */
export function isEpochDue(countedChunks: number, changedSince: number): boolean {
  return changedSince > 0 && changedSince >= countedChunks * CHANGED_SHARE;
}

/** How many chunks differ between two versions of a document: of what came and what went, the larger number. */
export function countChanged(before: readonly string[], after: readonly string[]): number {
  const left = new Map<string, number>();
  for (const identity of before) left.set(identity, (left.get(identity) ?? 0) + 1);
  let added = 0;
  for (const identity of after) {
    const count = left.get(identity) ?? 0;
    if (count === 0) added += 1;
    else left.set(identity, count - 1);
  }
  return Math.max(added, before.length - (after.length - added));
}

/** Counts a corpus chunk by chunk. */
export class CorpusCounter {
  readonly #frequencies = new HashCounts();
  #chunks = 0;
  #words = 0;

  add(terms: ChunkTerms): void {
    this.#chunks += 1;
    this.#words += terms.length;
    for (const hash of terms.hashes) this.#frequencies.increment(hash);
  }

  freeze(epoch: number, corpusVersion: number): CorpusStatistics {
    return {
      epoch,
      corpusVersion,
      chunks: this.#chunks,
      averageLength: this.#chunks === 0 ? 0 : this.#words / this.#chunks,
      frequencies: this.#frequencies.pack(),
    };
  }
}

/** How rare words are in a counted corpus. */
export class Rarity {
  readonly #chunks: number;
  readonly #hashes: Uint32Array;
  readonly #counts: Uint32Array;

  constructor(statistics: Pick<CorpusStatistics, 'chunks' | 'frequencies'>) {
    const { frequencies } = statistics;
    const aligned = frequencies.byteOffset % 4 === 0 ? frequencies : frequencies.slice();
    const size = aligned.length / 8;
    this.#chunks = statistics.chunks;
    this.#hashes = new Uint32Array(aligned.buffer, aligned.byteOffset, size);
    this.#counts = new Uint32Array(aligned.buffer, aligned.byteOffset + 4 * size, size);
  }

  /** BM25's idf, never negative. A word that no chunk held when they were counted is as rare as one that one held. */
  of(hash: number): number {
    const holders = this.#holdersOf(hash);
    return Math.log(1 + Math.max(0, this.#chunks - holders + 0.5) / (holders + 0.5));
  }

  #holdersOf(hash: number): number {
    let low = 0;
    let high = this.#hashes.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#hashes[middle] as number) < hash) low = middle + 1;
      else high = middle;
    }
    return this.#hashes[low] === hash ? (this.#counts[low] as number) : 1;
  }
}

/** A table of counters by hash, in two packed arrays: some five times as fast as a `Map` at a million words. */
class HashCounts {
  #hashes = new Uint32Array(1 << 12);
  #counts = new Uint32Array(1 << 12);
  #size = 0;

  increment(hash: number): void {
    const slot = this.#slotOf(hash);
    if (this.#counts[slot] === 0) {
      this.#hashes[slot] = hash;
      this.#size += 1;
    }
    this.#counts[slot] = (this.#counts[slot] as number) + 1;
    if (2 * this.#size > this.#hashes.length) this.#grow();
  }

  /** Those of two and more. */
  pack(): Uint8Array {
    const kept: [hash: number, count: number][] = [];
    this.#counts.forEach((count, slot) => {
      if (count > 1) kept.push([this.#hashes[slot] as number, count]);
    });
    kept.sort((a, b) => a[0] - b[0]);
    const packed = new Uint32Array(2 * kept.length);
    kept.forEach(([hash, count], i) => {
      packed[i] = hash;
      packed[kept.length + i] = count;
    });
    return new Uint8Array(packed.buffer);
  }

  #slotOf(hash: number): number {
    const mask = this.#hashes.length - 1;
    let slot = hash & mask;
    while (this.#counts[slot] !== 0 && this.#hashes[slot] !== hash) slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const [hashes, counts] = [this.#hashes, this.#counts];
    this.#hashes = new Uint32Array(2 * hashes.length);
    this.#counts = new Uint32Array(2 * hashes.length);
    counts.forEach((count, old) => {
      if (count === 0) return;
      const slot = this.#slotOf(hashes[old] as number);
      this.#hashes[slot] = hashes[old] as number;
      this.#counts[slot] = count;
    });
  }
}
