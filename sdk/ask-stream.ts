import { PreheatError } from './error.ts';
import { readEvents } from './event-stream.ts';
import { untilSilent } from './silence.ts';
import type { CallOptions, RequestOptions, Transport } from './transport.ts';
import { backoffMs, wait } from './wait.ts';
import type { Ask, Asked } from './wire/answers.ts';
import type { Problem } from './wire/problem.ts';

/** What is told of an answer that is being made. */
export type AskEvent =
  /** To be added to what came since the last `restart`. */
  | { readonly event: 'delta'; readonly text: string }
  /** What came so far is void. */
  | { readonly event: 'restart' }
  /** The last: what `ask` would have said. */
  | { readonly event: 'answer'; readonly asked: Asked };

/** Connections that may break before it is given up. */
const MAX_BREAKS = 3;

/**
 * The answer to a question, with its text as it comes. A connection that breaks off is made again: the question is
 * asked anew and joins what is being made, or finds it made.
 *
 * @throws PreheatError when the server refuses, cannot answer, or was never there; the signal's reason when it fires
 */
export async function* streamAsk(
  transport: Transport,
  question: string | Omit<Ask, 'mode'>,
  options: CallOptions = {},
): AsyncGenerator<AskEvent, Asked, void> {
  const json = { ...(typeof question === 'string' ? { question } : question), mode: 'stream' };
  const request: RequestOptions = {
    ...options,
    method: 'POST',
    json,
    isCreating: true,
    headers: { Accept: 'text/event-stream' },
  };
  for (let breaks = 0; ; breaks += 1) {
    if (breaks > 0) yield { event: 'restart' };
    const { body } = await transport.send('/ask', request);
    const asked = body === null ? null : yield* follow(body, options.signal);
    if (asked !== null) return asked;
    if (breaks >= MAX_BREAKS) throw new PreheatError(BROKEN);
    await wait(backoffMs(breaks), options.signal);
  }
}

const BROKEN = {
  status: 0,
  code: 'stream_broken',
  detail: 'The connection broke off before the answer was there, again and again. Is a proxy in between?',
};

/** Events of one connection; null when it broke off. */
async function* follow(
  body: ReadableStream<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<AskEvent, Asked | null, void> {
  try {
    for await (const { name, data } of readEvents(untilSilent(body, signal))) {
      const value: unknown = JSON.parse(data);
      if (name === 'delta') yield { event: 'delta', text: (value as { text: string }).text };
      else if (name === 'restart') yield { event: 'restart' };
      else if (name === 'error') throw new PreheatError(value as Problem);
      else if (name === 'answer') {
        const asked = value as Asked;
        yield { event: 'answer', asked };
        return asked;
      }
    }
  } catch (error) {
    if (signal?.aborted === true || error instanceof PreheatError) throw error;
  }
  return null;
}
