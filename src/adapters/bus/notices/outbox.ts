import type { Notice } from '#ports/bus.ts';

/** More than this are not kept for a server that is away: they are hints, and old ones are worth nothing. */
const MOST_WAITING = 10_000;
/** Notices of one tick go together. */
const TICK_MS = 1;

/** Notices on their way out: what comes to an idle bus goes at once, what comes soon after is gathered. */
export class Outbox {
  readonly #gatherMs: number;
  readonly #send: (notices: readonly Notice[]) => void;
  #waiting: Notice[] = [];
  #timer: ReturnType<typeof setTimeout> | null = null;
  #sentAt = -Infinity;
  #isClosed = false;

  /** @param send takes the notices over; called at most once each `gatherMs` */
  constructor(gatherMs: number, send: (notices: readonly Notice[]) => void) {
    this.#gatherMs = gatherMs;
    this.#send = send;
  }

  add(notice: Notice): void {
    if (this.#isClosed || this.#waiting.length >= MOST_WAITING) return;
    this.#waiting.push(notice);
    const waitMs = Math.max(TICK_MS, this.#sentAt + this.#gatherMs - performance.now());
    this.#timer ??= setTimeout(() => this.flush(), waitMs);
  }

  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#waiting.length === 0) return;
    this.#sentAt = performance.now();
    this.#send(this.#waiting.splice(0));
  }

  close(): void {
    this.#isClosed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }
}
