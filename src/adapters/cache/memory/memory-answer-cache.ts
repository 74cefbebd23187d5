import { LRUCache } from 'lru-cache';
import type { Answer } from '#domain/answer.ts';
import type { AnswerCache } from '#ports/cache.ts';

export interface MemoryCacheSettings {
  readonly maxBytes: number;
  /**
   * How long an entry is held before the store is asked again. It bounds how long a purge or a refresh in another
   * process goes unseen here; a change of the documents is seen at once, by the corpus version.
   */
  readonly maxAgeMs: number;
}

export const MEMORY_CACHE_DEFAULTS: MemoryCacheSettings = {
  maxBytes: 64 * 1024 * 1024,
  maxAgeMs: 10_000,
};

/**
 * Answers in this process's memory, the least recently used thrown out first. Bounded by bytes alone: for a number of
 * entries the places of all of them are taken at once, 4 MB for 100,000.
 */
export class MemoryAnswerCache implements AnswerCache {
  readonly #answers: LRUCache<string, Answer>;
  /** Raised by `clear`: entries under the old number are out of reach at once, and fall out in their time. */
  readonly #epochs = new Map<number, number>();

  constructor(settings: MemoryCacheSettings = MEMORY_CACHE_DEFAULTS) {
    this.#answers = new LRUCache({
      maxSize: settings.maxBytes,
      sizeCalculation: bytesOf,
      ttl: settings.maxAgeMs,
    });
  }

  get(projectId: number, key: string): Answer | undefined {
    return this.#answers.get(this.#nameOf(projectId, key));
  }

  set(answer: Answer): void {
    this.#answers.set(this.#nameOf(answer.projectId, answer.key), answer);
  }

  delete(projectId: number, key: string): void {
    this.#answers.delete(this.#nameOf(projectId, key));
  }

  clear(projectId: number): void {
    this.#epochs.set(projectId, (this.#epochs.get(projectId) ?? 0) + 1);
  }

  #nameOf(projectId: number, key: string): string {
    return `${projectId}.${this.#epochs.get(projectId) ?? 0}:${key}`;
  }
}

/** Rough bytes of an answer on the heap: two a character where text is long, and what its small objects cost. */
function bytesOf(answer: Answer): number {
  let characters = answer.question.length + answer.text.length;
  for (const citation of answer.citations)
    characters += citation.quote.length + citation.document.length + 100;
  return 800 + 2 * characters + 120 * answer.evidence.paragraphs.length;
}
