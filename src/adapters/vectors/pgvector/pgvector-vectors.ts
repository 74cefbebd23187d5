import { productOf } from '#domain/similarity.ts';
import type { Neighbour, VectorChanges, VectorScores, VectorSearch, Vectors } from '#ports/vectors.ts';
import { reached } from './reach.ts';
import { DROP_OTHERS, LACKING, LACKING_OF, NEAR, PUT, VECTORS_OF } from './statements.ts';

/** What is needed of a pool of connections. */
export interface Sql {
  all(sql: string, values?: readonly unknown[]): Promise<Record<string, unknown>[]>;
  run(sql: string, values?: readonly unknown[]): Promise<number>;
  script(sql: string): Promise<void>;
  close(): Promise<void>;
}

/** Vectors written at once: half a megabyte of text each. */
const FED_AT_ONCE = 100;

/** What the extension can hold. */
const MOST_DIMENSIONS = 16_000;

/**
 * Vectors where they lie, in PostgreSQL, for processes that are not to hold them. The extension only names the
 * candidates; they are scored here, by the bytes that the store keeps and the sum that every index takes. So the
 * result is that of a scan in memory, bit for bit.
 *
 * The rows that are searched are every process's, so nothing is taken out when a process learns of a removal: each
 * statement looks only at what is visible, and says which corpus version it saw. One that saw another than was asked
 * for found nothing.
 */
export class PgvectorVectors implements Vectors {
  readonly #sql: Sql;
  readonly #versions = new Map<number, number | null>();
  /** Rows on their way, by project. */
  readonly #feeds = new Map<number, Promise<void>>();

  /** `openPgvector` makes the table first. */
  constructor(sql: Sql) {
    this.#sql = sql;
  }

  versionOf(projectId: number): number | null {
    return this.#versions.get(projectId) ?? null;
  }

  apply(projectId: number, version: number | null, { added }: VectorChanges): void {
    this.#versions.set(projectId, version);
    if (added.length === 0) return;
    const ids = added.map(({ chunkId }) => chunkId);
    const before = this.#feeds.get(projectId) ?? Promise.resolve();
    // What could not be written is found lacking by the next search.
    const feed = before.then(() => this.#feed(projectId, ids)).catch(() => undefined);
    this.#feeds.set(projectId, feed);
    void feed.then(() => {
      if (this.#feeds.get(projectId) === feed) this.#feeds.delete(projectId);
    });
  }

  async search(projectId: number, search: VectorSearch): Promise<readonly Neighbour[] | null> {
    const { version, vector, limit } = search;
    if (this.versionOf(projectId) !== version) return null;
    if (limit < 1 || textOf(vector) === null) return [];
    for (;;) {
      await this.#feeds.get(projectId);
      const rows = await reached(() => this.#sql.all(NEAR, [projectId, ...valuesOf(search)]));
      const [first] = rows;
      if (first?.['version'] !== version) return null;
      if (first['lacking'] === 0 || !(await reached(() => this.#fill(projectId)))) return best(rows, search);
    }
  }

  async scores(
    projectId: number,
    { version, vector, chunkIds }: VectorScores,
  ): Promise<readonly number[] | null> {
    if (this.versionOf(projectId) !== version) return null;
    if (chunkIds.length === 0) return [];
    const rows = await reached(() => this.#sql.all(VECTORS_OF, [projectId, chunkIds]));
    if (rows[0]?.['version'] !== version) return null;
    const scores = new Map(scored(rows, vector).map(({ chunkId, score }) => [chunkId, score]));
    return chunkIds.map((id) => scores.get(id) ?? 0);
  }

  forget(projectId: number): void {
    this.#versions.delete(projectId);
  }

  async close(): Promise<void> {
    this.#versions.clear();
    await Promise.all(this.#feeds.values());
    await this.#sql.close();
  }

  /** Writes the rows that visible chunks lack; false when none does. */
  async #fill(projectId: number): Promise<boolean> {
    const ids = (await this.#sql.all(LACKING, [projectId])).map((row) => row['id'] as number);
    for (let at = 0; at < ids.length; at += FED_AT_ONCE) {
      await this.#feed(projectId, ids.slice(at, at + FED_AT_ONCE));
    }
    if (ids.length > 0) await this.#sql.run(DROP_OTHERS, [projectId]);
    return ids.length > 0;
  }

  async #feed(projectId: number, chunkIds: readonly number[]): Promise<void> {
    const rows = await this.#sql.all(LACKING_OF, [projectId, chunkIds]);
    const [first] = rows;
    if (first === undefined) return;
    const ids = rows.map((row) => row['id']);
    const texts = rows.map((row) => textOf(toVector(row)));
    await this.#sql.run(PUT, [projectId, first['embedder'], ids, texts]);
  }
}

function valuesOf({ vector, limit, documents }: VectorSearch): unknown[] {
  const among = documents === undefined ? null : [...documents];
  return [textOf(vector), vector.length, limit, among, marginOf(vector)];
}

/**
 * How much farther than the edge a candidate may seem, by the extension's sums, and belong to the nearest: twice what
 * such a sum is off at most. A sum of n products of floats, in any order, is off by n·u / (1 − n·u) of the sum of their
 * sizes, u being 2⁻²⁴; and that sum is at most the product of the lengths, by Cauchy and Schwarz.
 *
 * @see https://doi.org/10.1137/1.9780898718027 (Higham, section 3.1)
 */
function marginOf(vector: Float32Array): number {
  const share = (vector.length + 1) * 2 ** -24;
  return ((2 * share) / (1 - share)) * Math.sqrt(productOf(vector, 0, vector)) * LENGTHS + 1e-9;
}

/** Vectors of length 1 are so up to rounding. */
const LENGTHS = 1.001;

function best(rows: readonly Record<string, unknown>[], { vector, limit }: VectorSearch): Neighbour[] {
  return scored(rows, vector)
    .sort((a, b) => b.score - a.score || a.chunkId - b.chunkId)
    .slice(0, limit);
}

function scored(rows: readonly Record<string, unknown>[], vector: Float32Array): Neighbour[] {
  return rows
    .filter((row) => row['id'] !== null)
    .map((row) => ({ chunkId: row['id'] as number, other: toVector(row) }))
    .filter(({ other }) => other.length === vector.length)
    .map(({ chunkId, other }) => ({ chunkId, score: productOf(other, 0, vector) }));
}

/** Copied: what comes from the wire begins anywhere. */
function toVector(row: Record<string, unknown>): Float32Array {
  const { buffer, byteOffset, byteLength } = row['vector'] as Uint8Array;
  return new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength));
}

/** As the extension reads it; null for what it does not hold. */
function textOf(vector: Float32Array): string | null {
  const isFit = vector.length > 0 && vector.length <= MOST_DIMENSIONS && vector.every(Number.isFinite);
  return isFit ? `[${vector.join(',')}]` : null;
}
