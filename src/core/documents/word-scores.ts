/** A chunk, as far as it is ranked. */
export interface WordEntry {
  readonly chunkId: number;
  readonly documentId: number;
  readonly number: number;
  readonly identity: string;
}

export interface Ranked {
  readonly chunkId: number;
  readonly score: number;
}

interface Scored {
  readonly scores: Float64Array;
  /** The score of a chunk that is made of nothing but the query: what all are divided by. */
  readonly whole: number;
  readonly entries: readonly (WordEntry | null)[];
  readonly slots: ReadonlyMap<number, number>;
  readonly documents: ReadonlySet<number> | undefined;
}

/** What one query gave each chunk. */
export class WordScores {
  readonly #scored: Scored;

  constructor(scored: Scored) {
    this.#scored = scored;
  }

  /** 0 to 1. */
  of(chunkId: number): number {
    const { scores, slots, whole } = this.#scored;
    const slot = slots.get(chunkId);
    return slot === undefined || whole === 0 ? 0 : (scores[slot] ?? 0) / whole;
  }

  /** The best, best first. */
  top(limit: number): Ranked[] {
    const { scores, entries, documents, whole } = this.#scored;
    const found: Ranked[] = [];
    if (whole === 0) return found;
    let floor = 0;
    for (let slot = 0; slot < scores.length; slot += 1) {
      const score = (scores[slot] as number) / whole;
      if (score <= floor) continue;
      const entry = entries[slot];
      if (entry === null || entry === undefined || documents?.has(entry.documentId) === false) continue;
      found.push({ chunkId: entry.chunkId, score });
      // Cut back now and then instead of keeping order all the time.
      if (found.length === 4 * limit + 64) {
        found.sort(byScore).length = limit;
        floor = found.at(-1)?.score ?? 0;
      }
    }
    return found.sort(byScore).slice(0, limit);
  }
}

function byScore(a: Ranked, b: Ranked): number {
  return b.score - a.score || a.chunkId - b.chunkId;
}
