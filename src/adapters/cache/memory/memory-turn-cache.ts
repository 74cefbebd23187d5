import { LRUCache } from 'lru-cache';
import type { Turn } from '#domain/turn.ts';
import type { TurnCache } from '#ports/cache.ts';

export interface MemoryTurnSettings {
  readonly maxBytes: number;
  /** How long an entry is held before the store is asked again: another process may have replaced or dropped it. */
  readonly maxAgeMs: number;
}

/** Turns in this process's memory, the least recently used thrown out first. */
export class MemoryTurnCache implements TurnCache {
  readonly #turns: LRUCache<string, Turn>;
  /** Raised by `clear`: entries under the old number are out of reach at once, and fall out in their time. */
  readonly #epochs = new Map<number, number>();

  constructor({ maxBytes, maxAgeMs }: MemoryTurnSettings) {
    this.#turns = new LRUCache({
      maxSize: maxBytes,
      sizeCalculation: ({ body }) => 500 + 2 * body.length,
      ttl: maxAgeMs,
    });
  }

  get(projectId: number, key: string): Turn | undefined {
    return this.#turns.get(this.#nameOf(projectId, key));
  }

  set(turn: Turn): void {
    this.#turns.set(this.#nameOf(turn.projectId, turn.key), turn);
  }

  clear(projectId: number): void {
    this.#epochs.set(projectId, (this.#epochs.get(projectId) ?? 0) + 1);
  }

  #nameOf(projectId: number, key: string): string {
    return `${projectId}.${this.#epochs.get(projectId) ?? 0}:${key}`;
  }
}
