import type { Limit, Permit, Wanting } from '#ports/limiter.ts';
import type { Clock } from '#ports/log.ts';
import type { CallPermit, PermitStore } from '#ports/store/permits.ts';

interface Waiting extends Wanting {
  readonly resolve: (permit: Permit | null) => void;
  readonly reject: (error: unknown) => void;
}

/** A place whose process is gone is free after this at the latest. */
const LEASE_MS = 5_000;
const RENEWED_MS = 1_500;

/** Those of this process who wait for one limit. One asks the store for all. */
export class Line {
  readonly #limit: Limit;
  readonly #permits: PermitStore;
  readonly #clock: Clock;
  readonly #urgent: Waiting[] = [];
  readonly #patient: Waiting[] = [];
  /** Their calls are on their way. */
  readonly #inUse = new Set<CallPermit>();
  #heldUntil = 0;
  #isAsking = false;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #renewal: ReturnType<typeof setInterval> | null = null;

  constructor(limit: Limit, permits: PermitStore, clock: Clock) {
    this.#limit = limit;
    this.#permits = permits;
    this.#clock = clock;
  }

  get heldUntil(): number {
    return this.#heldUntil;
  }

  async join(wanting: Wanting): Promise<Permit | null> {
    const { signal, isUrgent } = wanting;
    signal.throwIfAborted();
    const queue = isUrgent ? this.#urgent : this.#patient;
    const { promise, resolve, reject } = Promise.withResolvers<Permit | null>();
    const waiting: Waiting = { ...wanting, resolve, reject };
    const leave = (): void => {
      const at = queue.indexOf(waiting);
      if (at === -1) return;
      queue.splice(at, 1);
      reject(signal.reason);
    };
    signal.addEventListener('abort', leave, { once: true });
    queue.push(waiting);
    this.#turnAway();
    // Who comes while it is known that there is no place finds none either; who is urgent has to say so.
    if (this.#timer === null || isUrgent) void this.#ask();
    try {
      return await promise;
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }

  /** Known here at once, elsewhere when it is written. If it cannot be, the others will be asked for a pause themselves. */
  hold(until: number): void {
    if (until <= this.#heldUntil) return;
    this.#heldUntil = until;
    this.#permits.hold(this.#limit.name, until - this.#clock()).catch(() => undefined);
    this.#turnAway();
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#renewal !== null) clearInterval(this.#renewal);
  }

  async #ask(): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    try {
      let waitMs = 0;
      while (waitMs === 0 && this.#count() > 0) waitMs = this.#turnAway() || (await this.#take());
      if (this.#count() > 0) this.#comeBack(waitMs);
    } catch (error) {
      for (const waiting of [...this.#urgent.splice(0), ...this.#patient.splice(0)]) waiting.reject(error);
    } finally {
      this.#isAsking = false;
    }
  }

  #count(): number {
    return this.#urgent.length + this.#patient.length;
  }

  /** @returns how long to wait; 0 when it is to be looked at again: who was let through, or sent away, is not in line */
  async #take(): Promise<number> {
    const isUrgent = this.#urgent.length > 0;
    const queue = isUrgent ? this.#urgent : this.#patient;
    const want = { calls: queue.length, isUrgent, leaseMs: LEASE_MS };
    const { permits, waitMs, heldMs } = await this.#permits.take(this.#limit, want);
    if (heldMs > 0) this.#heldUntil = Math.max(this.#heldUntil, this.#clock() + heldMs);
    const spare = permits.filter((permit) => !this.#admit(permit));
    // They gave up meanwhile. No call was made.
    if (spare.length > 0) await this.#permits.end(spare, 0);
    if (permits.length > 0 || heldMs > 0 || (!isUrgent && this.#urgent.length > 0)) return 0;
    // What is on its way is free no sooner than in a window. Looked at by then, its end is known before it comes.
    return Math.min(waitMs, this.#limit.windowMs);
  }

  #admit(permit: CallPermit): boolean {
    const next = this.#urgent.shift() ?? this.#patient.shift();
    if (next === undefined) return false;
    this.#inUse.add(permit);
    this.#renewal ??= setInterval(() => this.#renew(), RENEWED_MS).unref();
    next.resolve({ done: () => this.#end(permit) });
    return true;
  }

  #end(permit: CallPermit): void {
    if (!this.#inUse.delete(permit)) return;
    // If it cannot be written, its lease ends later than this.
    // The store's clock has whole milliseconds, and may have been at the end of one.
    this.#permits.end([permit], this.#limit.windowMs + 1).catch(() => undefined);
  }

  #renew(): void {
    if (this.#inUse.size > 0) this.#permits.renew([...this.#inUse], LEASE_MS).catch(() => undefined);
    else if (this.#renewal !== null) {
      clearInterval(this.#renewal);
      this.#renewal = null;
    }
  }

  /**
   * Sends away who does not wait for the hold's end.
   *
   * @returns how long it goes on
   */
  #turnAway(): number {
    const heldMs = Math.max(0, this.#heldUntil - this.#clock());
    if (heldMs === 0) return 0;
    for (const queue of [this.#urgent, this.#patient]) {
      const leaving = queue.filter(({ patienceMs }) => patienceMs < heldMs);
      queue.splice(0, queue.length, ...queue.filter(({ patienceMs }) => patienceMs >= heldMs));
      for (const waiting of leaving) waiting.resolve(null);
    }
    return heldMs;
  }

  #comeBack(waitMs: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    // A timer may fire early by up to a millisecond.
    this.#timer = setTimeout(
      () => {
        this.#timer = null;
        void this.#ask();
      },
      Math.min(2 ** 31 - 1, Math.ceil(waitMs) + 1),
    ).unref();
  }
}
