import type { Answer } from '#domain/answer.ts';
import type { AnswerCache } from '#ports/cache.ts';

/** How long an answer that is on its way into the store keeps older ones out of memory, at most. */
const SUPERSEDED_MS = 30_000;

/**
 * This process's memory of answers, kept from serving what the store has already replaced.
 *
 * An answer made by an item is stored by the item's settle, which tells nobody. So from its making on, nothing
 * older may be held under its key: an ask that reads the old row in the moment before the settle serves it, and
 * does not keep it.
 */
export class MemoryTier {
  readonly #cache: AnswerCache;
  readonly #now: () => number;
  /** In order of time, so that what is over stands in front. */
  readonly #superseded = new Map<string, { readonly madeAt: number; readonly until: number }>();
  readonly #epochs = new Map<number, number>();

  constructor(cache: AnswerCache, now: () => number) {
    this.#cache = cache;
    this.#now = now;
  }

  get(projectId: number, key: string): Answer | undefined {
    return this.#cache.get(projectId, key);
  }

  /** To be taken before the store is read, and handed to `keep` with what was read. */
  epoch(projectId: number): number {
    return this.#epochs.get(projectId) ?? 0;
  }

  /** Keeps what was read from the store, unless a newer one is coming or a purge went through meanwhile. */
  keep(answer: Answer, epoch: number): void {
    const name = nameOf(answer.projectId, answer.key);
    const newer = this.#superseded.get(name);
    if (newer !== undefined && answer.createdAt < newer.madeAt && this.#now() < newer.until) return;
    if (newer !== undefined) this.#superseded.delete(name);
    if (epoch !== this.epoch(answer.projectId)) return;
    const held = this.#cache.get(answer.projectId, answer.key);
    if (held === undefined || !isNewer(held, answer)) this.#cache.set(answer);
  }

  /** An answer made at `madeAt` is about to be stored by somebody else in place of what is known. */
  supersede(projectId: number, key: string, madeAt: number): void {
    const now = this.#now();
    const name = nameOf(projectId, key);
    for (const [old, { until }] of this.#superseded) {
      if (until > now) break;
      this.#superseded.delete(old);
    }
    this.#superseded.delete(name);
    this.#superseded.set(name, { madeAt, until: now + SUPERSEDED_MS });
    this.#cache.delete(projectId, key);
  }

  clear(projectId: number): void {
    this.#epochs.set(projectId, this.epoch(projectId) + 1);
    this.#cache.clear(projectId);
  }
}

function isNewer(a: Answer, b: Answer): boolean {
  return a.createdAt > b.createdAt || (a.createdAt === b.createdAt && a.corpusVersion > b.corpusVersion);
}

function nameOf(projectId: number, key: string): string {
  return `${projectId}:${key}`;
}
