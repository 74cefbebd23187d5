import type { Limit, Limiter, Permit, Wanting } from '#ports/limiter.ts';

interface Waiting extends Wanting {
  readonly admit: () => void;
}

interface Line {
  readonly limit: Limit;
  /** Until when each of the permits that were given counts; `Infinity` while its call is on its way. */
  readonly counted: Set<{ until: number }>;
  readonly urgent: Waiting[];
  readonly patient: Waiting[];
  heldUntil: number;
  timer: ReturnType<typeof setTimeout> | null;
}

/**
 * One limit for this process: never more than `calls` within any window, as the other side sees it.
 *
 * A permit counts from when it is given until a window after its call was answered, because the call arrives at some
 * moment between. A token bucket would let twice the rate pass within one second, and even spacing would fail where one
 * call is slow to arrive (a new connection) and the next is not. The first calls wait for a window: what a
 * predecessor that was killed sent in its last moments is not known here.
 */
export class MemoryLimiter implements Limiter {
  readonly #lines = new Map<string, Line>();
  readonly #now: () => number;
  readonly #startedAt: number;

  constructor(now: () => number = () => performance.timeOrigin + performance.now()) {
    this.#now = now;
    this.#startedAt = now();
  }

  async take(limit: Limit, wanting: Wanting): Promise<Permit> {
    wanting.signal.throwIfAborted();
    const line = this.#lineOf(limit);
    const counted = { until: Number.POSITIVE_INFINITY };
    await new Promise<void>((resolve, reject) => {
      const waiting: Waiting = {
        ...wanting,
        admit: () => {
          wanting.signal.removeEventListener('abort', leave);
          line.counted.add(counted);
          resolve();
        },
      };
      const queue = wanting.isUrgent ? line.urgent : line.patient;
      const leave = (): void => {
        queue.splice(queue.indexOf(waiting), 1);
        reject(wanting.signal.reason as Error);
      };
      wanting.signal.addEventListener('abort', leave, { once: true });
      queue.push(waiting);
      this.#admit(line);
    });
    return {
      done: () => {
        counted.until = Math.min(counted.until, this.#now() + limit.windowMs);
        this.#admit(line);
      },
    };
  }

  hold(name: string, until: number): void {
    const line = this.#lines.get(name);
    if (line !== undefined) line.heldUntil = Math.max(line.heldUntil, until);
  }

  heldUntil(name: string): number {
    const until = this.#lines.get(name)?.heldUntil ?? 0;
    return until > this.#now() ? until : 0;
  }

  #lineOf(limit: Limit): Line {
    let line = this.#lines.get(limit.name);
    if (line === undefined) {
      const heldUntil = this.#startedAt + limit.windowMs;
      line = { limit, counted: new Set(), urgent: [], patient: [], heldUntil, timer: null };
      this.#lines.set(limit.name, line);
    }
    return line;
  }

  #admit(line: Line): void {
    const now = this.#now();
    for (const permit of line.counted) if (permit.until <= now) line.counted.delete(permit);
    while (line.heldUntil <= now && line.counted.size < line.limit.calls) {
      const next = line.urgent.shift() ?? line.patient.shift();
      if (next === undefined) return;
      next.admit();
    }
    if (line.urgent.length + line.patient.length > 0) this.#comeBack(line, now);
  }

  /** When the next permit stops counting. One on its way comes back by its `done`. */
  #comeBack(line: Line, now: number): void {
    const ends = [...line.counted].map((permit) => permit.until);
    const free = line.counted.size < line.limit.calls ? now : Math.min(...ends);
    const at = Math.max(free, line.heldUntil);
    if (line.timer !== null) clearTimeout(line.timer);
    line.timer = null;
    if (!Number.isFinite(at)) return;
    // A timer may fire early by up to a millisecond.
    const waitMs = Math.min(2 ** 31 - 1, Math.max(1, Math.ceil(at - now) + 1));
    line.timer = setTimeout(() => {
      line.timer = null;
      this.#admit(line);
    }, waitMs);
    line.timer.unref();
  }
}
