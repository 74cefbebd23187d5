import { Fault } from '#domain/fault.ts';

const WINDOW_MS = 60_000;
const MOST_FAILURES = 10;
const MOST_CALLERS = 10_000;

/** Stops whoever tries keys one after another: after ten wrong ones an address waits for the next minute. */
export class AttemptLimit {
  readonly #now: () => number;
  #startedAt = 0;
  #failures = new Map<string, number>();

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** @throws Fault `too_many_attempts` */
  check(address: string): void {
    this.#turn();
    if ((this.#failures.get(address) ?? 0) < MOST_FAILURES) return;
    const retryAfterSeconds = Math.ceil((this.#startedAt + WINDOW_MS - this.#now()) / 1_000);
    const message = `Too many wrong keys from ${address}: try again in ${retryAfterSeconds} s.`;
    throw new Fault('limited', 'too_many_attempts', message, { retryAfterSeconds });
  }

  fail(address: string): void {
    if (this.#failures.size < MOST_CALLERS) {
      this.#failures.set(address, (this.#failures.get(address) ?? 0) + 1);
    }
  }

  #turn(): void {
    if (this.#now() - this.#startedAt < WINDOW_MS) return;
    this.#startedAt = this.#now();
    this.#failures = new Map();
  }
}
