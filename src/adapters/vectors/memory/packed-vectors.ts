import { setImmediate } from 'node:timers/promises';
import { productOf } from '#domain/similarity.ts';
import type { Neighbour, VectorEntry, VectorSearch } from '#ports/vectors.ts';
import { ByteRows, MOST_DIMENSIONS, SLICE } from './byte-rows.ts';

/** Rows between two looks at the event loop: at 384 dimensions a millisecond or two. */
const ROWS_PER_TURN = 4 * SLICE;

/**
 * Unit vectors side by side in one array, so that a scan is one walk through memory. The first vector sets the
 * number of dimensions; those of another length, left by another embedder, are not kept: text search finds them.
 *
 * A search looks at all of them in bytes (`ByteRows`), and exactly at those that could be among the nearest by what
 * the bytes may be off. So it is exact, at a fifth of what a scan of the numbers themselves takes.
 */
export class PackedVectors {
  #dimensions = 0;
  #packed = new Float32Array(0);
  #bytes: ByteRows | null = null;
  /** Chunk and document of each slot, and the slot of each chunk. */
  readonly #chunks: number[] = [];
  readonly #documents: number[] = [];
  readonly #slots = new Map<number, number>();
  /** Counts changes, for a search that lets others have a turn. */
  #changes = 0;

  set({ chunkId, documentId, vector }: VectorEntry): void {
    if (this.#bytes === null || this.#chunks.length === 0) this.#begin(vector.length);
    if (vector.length !== this.#dimensions) return;
    this.#changes += 1;
    const slot = this.#slots.get(chunkId) ?? this.#append(chunkId);
    this.#documents[slot] = documentId;
    this.#packed.set(vector, slot * this.#dimensions);
    this.#bytes?.set(slot, vector);
  }

  /** The last slot moves into the gap: the order of slots means nothing. */
  delete(chunkId: number): void {
    const slot = this.#slots.get(chunkId);
    if (slot === undefined) return;
    this.#changes += 1;
    this.#slots.delete(chunkId);
    const last = this.#chunks.pop() as number;
    const document = this.#documents.pop() as number;
    if (last === chunkId) return;
    const from = this.#chunks.length * this.#dimensions;
    this.#packed.copyWithin(slot * this.#dimensions, from, from + this.#dimensions);
    this.#bytes?.move(this.#chunks.length, slot);
    this.#chunks[slot] = last;
    this.#documents[slot] = document;
    this.#slots.set(last, slot);
  }

  /** Null when a change came in between. */
  async nearest({
    vector,
    limit,
    documents,
  }: Omit<VectorSearch, 'version'>): Promise<readonly Neighbour[] | null> {
    if (this.#bytes === null || vector.length !== this.#dimensions || limit < 1) return [];
    const runs = documents === undefined ? [[0, this.#chunks.length] as const] : this.#runsOf(documents);
    const near = new Float32Array(this.#chunks.length);
    const error = await this.#look(this.#bytes, vector, slicesOf(runs), near);
    if (error === null) return null;
    const least = highest(near, runs, limit) - 2 * error;
    const found: Neighbour[] = [];
    for (const [from, to] of runs) {
      for (let slot = from; slot < to; slot += 1) {
        if ((near[slot] as number) < least) continue;
        found.push({ chunkId: this.#chunks[slot] as number, score: this.#dot(slot, vector) });
      }
    }
    return found.sort((a, b) => b.score - a.score || a.chunkId - b.chunkId).slice(0, limit);
  }

  similarity(chunkId: number, vector: Float32Array): number {
    const slot = this.#slots.get(chunkId);
    return slot === undefined || vector.length !== this.#dimensions ? 0 : this.#dot(slot, vector);
  }

  /** The first look: products of all slices, nearly, and how far off they may be; null when a change came. */
  async #look(
    bytes: ByteRows,
    vector: Float32Array,
    slices: readonly Run[],
    near: Float32Array,
  ): Promise<number | null> {
    const changes = this.#changes;
    let query = bytes.begin(vector);
    let rows = 0;
    for (const [from, to] of slices) {
      if (rows >= ROWS_PER_TURN) {
        rows = 0;
        await setImmediate();
        if (this.#changes !== changes) return null;
        query = bytes.begin(vector);
      }
      bytes.near(query, from, to, near);
      rows += to - from;
    }
    return query.error;
  }

  /** Slots of the documents. Those of one document mostly stand side by side. */
  #runsOf(documents: ReadonlySet<number>): Run[] {
    const runs: [from: number, to: number][] = [];
    this.#documents.forEach((document, slot) => {
      if (!documents.has(document)) return;
      const last = runs.at(-1);
      if (last !== undefined && last[1] === slot) last[1] = slot + 1;
      else runs.push([slot, slot + 1]);
    });
    return runs;
  }

  #begin(dimensions: number): void {
    this.#dimensions = dimensions <= MOST_DIMENSIONS ? dimensions : 0;
    this.#bytes = new ByteRows(this.#dimensions);
    this.#packed = new Float32Array(0);
  }

  #append(chunkId: number): number {
    const slot = this.#chunks.length;
    const needed = (slot + 1) * this.#dimensions;
    if (needed > this.#packed.length) {
      const grown = new Float32Array(Math.max(needed, this.#packed.length * 1.5, 64 * this.#dimensions));
      grown.set(this.#packed);
      this.#packed = grown;
    }
    this.#chunks.push(chunkId);
    this.#slots.set(chunkId, slot);
    return slot;
  }

  #dot(slot: number, vector: Float32Array): number {
    return productOf(this.#packed, slot * this.#dimensions, vector);
  }
}

/** Slots `from` up to `to`. */
type Run = readonly [from: number, to: number];

function slicesOf(runs: readonly Run[]): Run[] {
  const slices: Run[] = [];
  for (const [start, to] of runs) {
    for (let from = start; from < to; from += SLICE) slices.push([from, Math.min(to, from + SLICE)]);
  }
  return slices;
}

/** The `limit`-th highest number of the runs; −∞ when there are fewer. */
function highest(numbers: Float32Array, runs: readonly Run[], limit: number): number {
  const best = new Float32Array(4 * limit + 64);
  let size = 0;
  let least = -Infinity;
  for (const [from, to] of runs) {
    for (let slot = from; slot < to; slot += 1) {
      const number = numbers[slot] as number;
      if (number <= least) continue;
      best[size] = number;
      size += 1;
      if (size < best.length) continue;
      best.sort().reverse();
      size = limit;
      least = best[limit - 1] as number;
    }
  }
  const sorted = best.subarray(0, size).sort();
  return sorted[size - limit] ?? -Infinity;
}
