import type { Access } from '#domain/access.ts';
import { Fault } from '#domain/fault.ts';

const RETRY_SECONDS = 5;

/** Counts the streams of events that each key holds open: they are held for hours, and each costs a little. */
export class OpenStreams {
  readonly #open = new Map<string, number>();

  /** @returns what gives it back; @throws Fault limited `too_many_streams` */
  take({ keyId, name }: Access, most: number): () => void {
    const who = keyId === null ? name : `key ${keyId}`;
    const open = this.#open.get(who) ?? 0;
    if (open >= most) {
      const message = `This key holds ${open} streams of events open, which is the most: watch several batches by one stream (GET /api/v1/events?batches=…), or end some.`;
      throw new Fault('limited', 'too_many_streams', message, { retryAfterSeconds: RETRY_SECONDS });
    }
    this.#open.set(who, open + 1);
    let isOpen = true;
    return () => {
      if (!isOpen) return;
      isOpen = false;
      const left = (this.#open.get(who) ?? 1) - 1;
      if (left === 0) this.#open.delete(who);
      else this.#open.set(who, left);
    };
  }
}
