import type { Limit, Limiter, Permit, Wanting } from '#ports/limiter.ts';
import type { Clock } from '#ports/log.ts';
import type { PermitStore } from '#ports/store/permits.ts';
import { Line } from './line.ts';

/**
 * Limits for all processes on one store: their places are rows, and who has one may make one call.
 *
 * A permit counts from when it is given until a window after its call was answered, because the call arrives at some
 * moment between. A token bucket would let twice the rate pass within one second, and even spacing would fail where one
 * call is slow to arrive (a new connection) and the next is not.
 */
export class StoreLimiter implements Limiter {
  readonly #permits: PermitStore;
  readonly #clock: Clock;
  readonly #lines = new Map<string, Line>();

  constructor(permits: PermitStore, clock: Clock) {
    this.#permits = permits;
    this.#clock = clock;
  }

  take(limit: Limit, wanting: Wanting): Promise<Permit | null> {
    let line = this.#lines.get(limit.name);
    if (line === undefined) {
      line = new Line(limit, this.#permits, this.#clock);
      this.#lines.set(limit.name, line);
    }
    return line.join(wanting);
  }

  hold(name: string, until: number): void {
    this.#lines.get(name)?.hold(until);
  }

  heldUntil(name: string): number {
    const until = this.#lines.get(name)?.heldUntil ?? 0;
    return until > this.#clock() ? until : 0;
  }

  /** What is on its way keeps its place until its lease ends: it may still arrive. */
  close(): void {
    for (const line of this.#lines.values()) line.close();
  }
}
