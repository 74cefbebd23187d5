import type { AskEvent } from './asking.ts';
import type { Answering } from './answering.ts';
import { askQuestion } from './ask-question.ts';
import type { AskRequest } from './ask-question.ts';
import type { LiveText } from './live-text.ts';

/** Characters of one piece of an answer that was there already. */
const PIECE = 60;

/**
 * Answers a question as `askQuestion` does, telling the text as it comes. The deltas since the last `restart`, put
 * together, are the answer's text; the last event is the answer. Leaving off ends nobody else's wait.
 *
 * @throws what `askQuestion` throws
 */
export async function* streamAnswer(
  answering: Answering,
  ask: AskRequest,
): AsyncGenerator<AskEvent, void, void> {
  const left = new AbortController();
  const signal = AbortSignal.any([ask.caller.signal, left.signal]);
  const joined = Promise.withResolvers<LiveText | null>();
  const asking = askQuestion(answering, { ...ask, caller: { signal } }, joined.resolve);
  const ended = asking.then(
    () => joined.resolve(null),
    () => joined.resolve(null),
  );
  try {
    const shown = new Shown();
    const live = await joined.promise;
    if (live !== null) {
      ask.caller.onBegun?.('miss');
      yield* follow(live, ended, shown);
    }
    const asked = await asking;
    ask.caller.onBegun?.(asked.cache.status);
    yield* shown.upTo(asked.answer.text, true);
    yield { kind: 'answer', asked };
  } finally {
    left.abort(new DOMException('Nobody reads on.', 'AbortError'));
  }
}

async function* follow(
  live: LiveText,
  ended: Promise<unknown>,
  shown: Shown,
): AsyncGenerator<AskEvent, void, void> {
  let isOver = false;
  const over = ended.then(() => {
    isOver = true;
  });
  while (!isOver) {
    const changed = live.changed();
    yield* shown.upTo(live.text, false);
    await Promise.race([changed, over]);
  }
}

/** What the follower has been shown. */
class Shown {
  #text = '';

  /** What is missing of a text; all of it, after a restart, where it does not go on from what was shown. */
  *upTo(text: string, isWhole: boolean): Generator<AskEvent, void, void> {
    if (!text.startsWith(this.#text)) {
      this.#text = '';
      yield { kind: 'restart' };
    }
    const rest = text.slice(this.#text.length);
    this.#text = text;
    for (const piece of isWhole ? piecesOf(rest) : [rest])
      if (piece !== '') yield { kind: 'delta', text: piece };
  }
}

/** Cut after white space, so that what was there already reads like what is being made. */
function piecesOf(text: string): string[] {
  return text.match(new RegExp(`[\\s\\S]{1,${PIECE}}(?:\\s|$)|[\\s\\S]{1,${PIECE}}`, 'gu')) ?? [];
}
