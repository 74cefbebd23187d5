import type { z } from 'zod';
import type { Asked, AskEvent } from '#core/answers/asking.ts';
import type { App } from '#core/app.ts';
import { checkFilter } from '#core/answers/read-filter.ts';
import type { PassageFilter } from '#domain/passage-filter.ts';
import { Fault } from '#domain/fault.ts';
import type { Project } from '#domain/project.ts';
import type { CacheWishes } from '#domain/turn.ts';
import type * as wire from '#wire/index.ts';
import type { Call } from './call.ts';
import { contentOf, presentChunk, presentCompletion, presentEnd } from './present/completion.ts';
import type { ChunkHead } from './present/completion.ts';

type ChatCall = Call<unknown, z.output<typeof wire.ChatRequest>>;

export type OwnReply = { readonly source: string; readonly ageSeconds: number | null } & (
  | { readonly form: 'whole'; readonly text: string }
  | { readonly form: 'chunks'; readonly chunks: AsyncIterable<string> }
);

/**
 * A chat with the project's own documents: the last question of the user is asked, out of the cache or made now; of the
 * documents of its `filter`, where it has one. What was said before it, and the system's instructions, are not part of a
 * question, and play no part.
 *
 * @throws Fault `unsupported_parameter`, `invalid_question`, `not_cached`; what the generator throws
 */
export async function completeOwn(
  app: App,
  call: ChatCall,
  { wishes, signal }: { readonly wishes: CacheWishes; readonly signal: AbortSignal },
): Promise<OwnReply> {
  refuseUnsupported(call.body, wishes);
  const { isOnlyCached, isFresh, maxAgeSeconds } = wishes;
  const asking: Asking = {
    project: call.project,
    keyId: call.access.keyId,
    requestId: call.requestId,
    question: questionIn(call.body.messages),
    filter: checkFilter(call.body['filter']),
    cache: isOnlyCached ? 'only' : isFresh ? 'refresh' : 'use',
    signal,
    isWithUsage: call.body.stream_options?.include_usage === true,
  };
  if (call.body.stream === true && maxAgeSeconds === null) return streamed(app, asking);
  const asked = await askWithin(app, asking, maxAgeSeconds);
  const { status, ageSeconds } = asked.cache;
  const served = { source: status, ageSeconds: status === 'miss' ? null : Math.floor(ageSeconds) };
  if (call.body.stream !== true)
    return { form: 'whole', text: JSON.stringify(presentCompletion(asked)), ...served };
  return { form: 'chunks', chunks: wholeAsChunks(asked, asking.isWithUsage), ...served };
}

interface Asking {
  readonly project: Project;
  readonly keyId: number | null;
  readonly requestId: string;
  readonly question: string;
  readonly filter: PassageFilter;
  readonly cache: 'use' | 'refresh' | 'only';
  readonly signal: AbortSignal;
  readonly isWithUsage: boolean;
}

async function streamed(app: App, asking: Asking): Promise<OwnReply> {
  const { project, question, filter, cache, keyId, requestId, signal } = asking;
  let source = 'hit';
  const onBegun = (status: string): void => void (source = status);
  const events = app.answers.stream(
    project,
    { question, filter, cache, keyId, requestId },
    { signal, onBegun },
  );
  const first = await events.next();
  return { form: 'chunks', chunks: chunksOf(first, events, asking.isWithUsage), source, ageSeconds: null };
}

/** Made anew where what is cached is older than the caller takes. */
async function askWithin(app: App, asking: Asking, maxAgeSeconds: number | null): Promise<Asked> {
  const { project, question, filter, cache, keyId, requestId, signal } = asking;
  const of = { question, filter, keyId, requestId };
  const asked = await app.answers.ask(project, { ...of, cache }, { signal });
  const { status, ageSeconds } = asked.cache;
  if (maxAgeSeconds === null || status !== 'hit' || ageSeconds <= maxAgeSeconds) return asked;
  if (cache === 'only') throw tooOld();
  return app.answers.ask(project, { ...of, cache: 'refresh' }, { signal });
}

/** @throws Fault refused `unsupported_parameter`: better than an answer that is not what was asked for */
function refuseUnsupported(body: ChatCall['body'], { isStoring }: CacheWishes): void {
  const format = (body['response_format'] as { type?: unknown } | null | undefined)?.type ?? 'text';
  const problems = [
    ...((body['n'] ?? 1) === 1 ? [] : [{ field: 'n', message: 'must be 1: there is one answer' }]),
    ...(format === 'text' ? [] : [{ field: 'response_format', message: 'must be text' }]),
    ...(body['tool_choice'] === 'required' || typeof (body['tool_choice'] ?? '') === 'object'
      ? [{ field: 'tool_choice', message: 'cannot be asked for: answers come from the documents' }]
      : []),
    ...(isStoring
      ? []
      : [{ message: 'Cache-Control: no-store cannot be kept, send no-cache to have it made anew' }]),
  ];
  const [first] = problems;
  if (first === undefined) return;
  const where = 'field' in first ? `${first.field} ` : '';
  const message = `The project's own answers cannot do this: ${where}${first.message}.`;
  throw new Fault('invalid', 'unsupported_parameter', message, { problems });
}

/** @throws Fault invalid `no_question` */
function questionIn(messages: ChatCall['body']['messages']): string {
  const last = messages.findLast(({ role }) => role === 'user');
  const text = textOf(last?.['content']);
  if (text !== '') return text;
  throw new Fault(
    'invalid',
    'no_question',
    'There is no text of a user among the messages: nothing is asked.',
    {
      problems: [{ field: 'messages', message: 'must have one of the role user, with text' }],
    },
  );
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content.trim();
  if (!Array.isArray(content)) return '';
  return (content as { type?: unknown; text?: unknown }[])
    .flatMap(({ type, text }) => (type === 'text' && typeof text === 'string' ? [text] : []))
    .join('\n')
    .trim();
}

/** The id is of this reply: the answer's own is in its end, since it may not be there yet. */
function newHead(): ChunkHead {
  return { id: `chatcmpl-${crypto.randomUUID()}`, created: Math.floor(Date.now() / 1_000) };
}

async function* chunksOf(
  first: IteratorResult<AskEvent, void>,
  events: AsyncGenerator<AskEvent, void, void>,
  isWithUsage: boolean,
): AsyncGenerator<string, void, void> {
  const head = newHead();
  yield presentChunk(head, { role: 'assistant', content: '' });
  try {
    let hasText = false;
    for (let next = first; next.done !== true; next = await events.next()) {
      const event = next.value;
      if (event.kind === 'restart' && hasText) throw madeAnew();
      if (event.kind === 'delta') yield presentChunk(head, { content: event.text });
      if (event.kind === 'answer') yield* endOf(head, event.asked, isWithUsage);
      hasText ||= event.kind === 'delta';
    }
  } finally {
    await events.return();
  }
}

function* endOf(head: ChunkHead, asked: Asked, isWithUsage: boolean): Generator<string, void, void> {
  if (!asked.answer.found) yield presentChunk(head, { content: contentOf(asked) });
  yield* presentEnd(head, asked, isWithUsage);
}

async function* wholeAsChunks(asked: Asked, isWithUsage: boolean): AsyncGenerator<string, void, void> {
  const head = newHead();
  yield presentChunk(head, { role: 'assistant', content: contentOf(asked) });
  yield* presentEnd(head, asked, isWithUsage);
}

/** The protocol has no way to take back what was said. */
function madeAnew(): Fault {
  return new Fault(
    'unavailable',
    'answer_made_anew',
    'The answer was begun anew after a part of it was sent: ask again, it is made and kept meanwhile.',
    { retryAfterSeconds: 1 },
  );
}

function tooOld(): Fault {
  return new Fault('not_found', 'not_cached', 'What is cached is older than max-age allows.');
}
