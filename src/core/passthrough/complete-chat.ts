import type { Turn } from '#domain/turn.ts';
import type { ChatAsked, ChatRequest } from './chat-request.ts';
import { chunksOf, withoutUsage } from './chunks-of.ts';
import { LiveChunks } from './live-chunks.ts';
import { makeTurn } from './make-turn.ts';
import { ageOf, findTurns, isUsable, partsOf, refuseUncached, relayOf } from './passing.ts';
import type { MadeTurn, Passing, Served } from './passing.ts';
import { isRepeatable, turnKeyOf } from './turn-key.ts';
import { wholeOf } from './whole-of.ts';

/** A completion as one JSON text, or as the chunks of its stream. */
export type ChatReply = Served &
  (
    | { readonly form: 'whole'; readonly text: string }
    | { readonly form: 'chunks'; readonly chunks: AsyncIterable<string> }
  );

/**
 * A chat with a model of the upstream: said again where the same was asked before, else passed through, once for all
 * who ask the same meanwhile.
 *
 * @throws Fault `model_not_found`, `not_cached`; RelayFault, also while the chunks are read
 */
export async function completeChat(passing: Passing, asked: ChatAsked): Promise<ChatReply> {
  const relay = relayOf(passing, asked.model);
  const { projectId, wishes, request } = asked;
  if (!wishes.isStoring || !isRepeatable(request)) {
    passing.counter.add(projectId, { bypassed: 1 });
    return passOn(passing, { ...asked, relay, key: null }, null);
  }
  const key = turnKeyOf(passing.digest, { kind: 'chat', relay: relay.name, request });
  const known = (await findTurns(passing, projectId, [key])).get(key) ?? null;
  if (!wishes.isFresh && known !== null && isUsable(passing, known, wishes)) {
    countHit(passing, known);
    return shown(asked, partsOf(known), { source: 'hit', ageSeconds: ageOf(passing, known) });
  }
  if (wishes.isOnlyCached) refuseUncached();
  return passOn(passing, { ...asked, relay, key }, known);
}

/** Makes the turn, or joins those who are making it. */
async function passOn(passing: Passing, request: ChatRequest, known: Turn | null): Promise<ChatReply> {
  const { projectId, key, wishes, signal } = request;
  const left = new AbortController();
  const until = AbortSignal.any([signal, left.signal]);
  let isOurs = false;
  let live = new LiveChunks();
  const name = key === null ? crypto.randomUUID() : `${projectId}:${key}:${wishes.isFresh ? 'fresh' : 'use'}`;
  const making = passing.chats.join(
    name,
    (shared, chunks) => {
      isOurs = true;
      return passing.trace(request.requestId, () =>
        makeTurn(passing, request, { known, signal: shared, live: chunks }),
      );
    },
    until,
    (chunks) => (live = chunks),
  );
  making.then(
    ({ tokens }) => {
      if (!isOurs) passing.counter.add(projectId, { hits: 1, savedTokens: tokens });
    },
    () => undefined,
  );
  if (request.isStream) await begun(live, making);
  else await making;
  const made = await settledOf(making);
  const served = servedAs(passing, made, isOurs, key);
  if (made !== null) return shown(request, made, served);
  const chunks = follow(live, making, left);
  return { form: 'chunks', chunks: request.isWithUsage ? chunks : stripped(chunks), ...served };
}

/** Until the first chunk has come, or everything. @throws what the making throws before that */
async function begun(live: LiveChunks, making: Promise<MadeTurn>): Promise<void> {
  while (live.lines.length === 0) {
    const isOver = await Promise.race([making.then(() => true), live.changed().then(() => false)]);
    if (isOver) return;
  }
}

/** What is made already; null: it is still being made. */
function settledOf(making: Promise<MadeTurn>): Promise<MadeTurn | null> {
  return Promise.race([making, Promise.resolve(null)]);
}

function servedAs(passing: Passing, made: MadeTurn | null, isOurs: boolean, key: string | null): Served {
  if (key === null) return { source: 'bypass', ageSeconds: null };
  const kept = made?.kept ?? null;
  if (kept !== null) return { source: kept.source, ageSeconds: ageOf(passing, kept.turn) };
  return { source: isOurs ? 'miss' : 'shared', ageSeconds: null };
}

async function* follow(
  live: LiveChunks,
  making: Promise<MadeTurn>,
  left: AbortController,
): AsyncGenerator<string, void, void> {
  let isOver = false;
  const over = making.then(
    () => (isOver = true),
    () => (isOver = true),
  );
  try {
    for (let at = 0; ;) {
      const changed = live.changed();
      for (; at < live.lines.length; at += 1) yield live.lines[at] as string;
      if (isOver) break;
      await Promise.race([changed, over]);
    }
    await making;
  } finally {
    left.abort(new DOMException('Nobody reads on.', 'AbortError'));
  }
}

async function* stripped(chunks: AsyncIterable<string>): AsyncGenerator<string, void, void> {
  for await (const line of chunks) {
    const rest = withoutUsage(line);
    if (rest !== null) yield rest;
  }
}

/** What was said, in the form that the caller asked for. */
function shown(
  asked: ChatAsked,
  { form, lines }: Pick<MadeTurn, 'form' | 'lines'>,
  served: Served,
): ChatReply {
  const [first = ''] = lines;
  if (!asked.isStream) {
    return { form: 'whole', text: form === 'whole' ? first : JSON.stringify(wholeOf(lines)), ...served };
  }
  const all = form === 'chunks' ? lines : chunksOf(first);
  return {
    form: 'chunks',
    chunks: each(asked.isWithUsage ? all : all.flatMap((line) => withoutUsage(line) ?? [])),
    ...served,
  };
}

async function* each(lines: readonly string[]): AsyncGenerator<string, void, void> {
  yield* lines;
}

function countHit({ counter }: Passing, { projectId, inputTokens, outputTokens }: Turn): void {
  counter.add(projectId, { hits: 1, savedTokens: inputTokens + outputTokens });
}
