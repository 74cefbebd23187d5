import type { Answer } from '#domain/answer.ts';
import { Fault } from '#domain/fault.ts';
import type { Answering } from './answering.ts';
import { lookAgain } from './fly.ts';
import type { FlightRequest } from './fly.ts';
import { SharedWork } from './shared-work.ts';

/** Where stale answers are served at once: the looks at them that asks share, and what is made again behind them. */
export class Remakes {
  readonly looks = new SharedWork<Answer | null, null>(() => null);
  readonly #running = new Map<string, Promise<void>>();
  readonly #closing = new AbortController();
  readonly #onError: (error: unknown) => void;

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  has(name: string): boolean {
    return this.#running.has(name);
  }

  start(name: string, remake: Remake): void {
    const { signal } = this.#closing;
    if (this.#running.has(name) || signal.aborted) return;
    const run = async (): Promise<void> => {
      try {
        await remake(signal);
      } catch (error) {
        // A model that is down, a crowd, a spent budget: that is told elsewhere, and the next ask tries again.
        if (!(error instanceof Fault) && !signal.aborted) this.#onError(error);
      } finally {
        this.#running.delete(name);
      }
    };
    this.#running.set(name, run());
  }

  /** What is not made by then is left to the next ask. */
  async close(): Promise<void> {
    this.#closing.abort(new DOMException('The server stops.', 'AbortError'));
    await this.settled();
  }

  /** What runs now has ended, in whichever way. */
  async settled(): Promise<void> {
    await Promise.all(this.#running.values());
  }
}

export type Remake = (signal: AbortSignal) => Promise<void>;

/** Past its time for no longer than the grace time. "Not found" is worth nothing by then: whoever asks waits. */
export function isWorthServing(
  { now, settings }: Pick<Answering, 'now' | 'settings'>,
  answer: Answer | null,
): answer is Answer {
  return answer?.found === true && answer.expiresAt + settings.graceMs > now();
}

/**
 * The known answer when the exact test finds that it is fresh after all; else null, and one flight for all makes it
 * again while nobody waits.
 */
export async function confirmOrRemake(
  answering: Answering,
  { request, name }: { readonly request: FlightRequest; readonly name: string },
  { signal, remake }: { readonly signal: AbortSignal; readonly remake: Remake },
): Promise<Answer | null> {
  const { remakes, tier } = answering;
  if (remakes.has(name)) return null;
  const epoch = tier.epoch(request.projectId);
  const look = async (shared: AbortSignal): Promise<Answer | null> =>
    (await lookAgain(answering, request, shared)).confirmed;
  const confirmed = await remakes.looks.join(name, look, signal);
  if (confirmed === null) remakes.start(name, remake);
  else tier.keep(confirmed, epoch);
  return confirmed;
}
