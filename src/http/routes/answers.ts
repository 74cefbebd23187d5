import { checkFilter } from '#core/answers/read-filter.ts';
import type { Question } from '#core/answers/asking.ts';
import { Fault } from '#domain/fault.ts';
import { showId } from '#domain/ids.ts';
import * as wire from '#wire/index.ts';
import type { z } from 'zod';
import { openAskStream } from '../ask-events.ts';
import { type Call, idFrom, idIn } from '../call.ts';
import { type Endpoint, inProject } from '../endpoint.ts';
import type { Parts } from '../parts.ts';
import { createOnce, fingerprintOf } from '../middleware/idempotency.ts';
import { askedBytes, presentAnswer, presentExplanation } from '../present/answer.ts';
import { presentAsk } from '../present/item.ts';
import { pageReply } from '../present/value.ts';
import { empty, EVENT_STREAM_HEADERS, json, type Reply, writtenJson } from '../reply.ts';

const ask = inProject({
  method: 'post',
  path: '/ask',
  tag: 'Ask',
  scope: 'ask',
  isUnaudited: true,
  summary: 'Ask a question',
  description: [
    'From the cache in about a millisecond, or made now. `mode: "async"` answers 202 at once; look at `/asks/{askId}`',
    'then, or be told at `callbackUrl`. `mode: "stream"` answers with server-sent events: `delta` with text as it comes, `restart` when what came',
    'so far is void, and last `answer` with what `sync` would say, or `error` with a problem.',
  ].join(' '),
  isCreating: true,
  body: wire.Ask,
  replies: { 200: wire.Asked, 202: wire.AskAccepted },
  handle: async (call, { app, settings, streams }) => {
    const { mode, callbackUrl } = call.body;
    const asked = askedBy(call);
    if (mode === 'sync') {
      return writtenJson(200, askedBytes(await app.answers.ask(call.project, asked, call.c.req.raw)));
    }
    if (mode === 'stream') return streamed(call, { app, settings, streams });
    return createOnce(app, call, {
      operation: 'ask',
      fingerprint: fingerprintOf(call.bytes),
      run: async () => {
        const id = showId('ask', await app.asks.start(call.project, asked, callbackUrl ?? null));
        const body: wire.AskAccepted = { id, status: 'pending' };
        return { status: 202, location: `/api/v1/asks/${id}`, body };
      },
    });
  },
});

type AskCall = Call<unknown, z.output<typeof wire.Ask>>;

function askedBy({ body, access, requestId }: AskCall): Question {
  const { question, filter, cache } = body;
  return { question, filter: checkFilter(filter), cache, keyId: access.keyId, requestId };
}

async function streamed(
  call: AskCall,
  { app, settings, streams }: Pick<Parts, 'app' | 'settings' | 'streams'>,
): Promise<Reply> {
  const giveBack = streams.take(call.access, settings.limits.maxStreams);
  const asked = askedBy(call);
  const left = new AbortController();
  const signal = AbortSignal.any([call.c.req.raw.signal, left.signal]);
  const { body } = await openAskStream(app.answers.stream(call.project, asked, { signal }), {
    heartbeatMs: settings.heartbeatMs,
    requestId: call.requestId,
    leave: () => left.abort(new DOMException('The reader has gone.', 'AbortError')),
    ended: giveBack,
  });
  return { status: 200, body, headers: EVENT_STREAM_HEADERS };
}

const getAsk = inProject({
  method: 'get',
  path: '/asks/{askId}',
  tag: 'Ask',
  scope: 'ask',
  summary: 'A question that is answered in the background',
  query: wire.AskQuery,
  replies: { 200: wire.AskState },
  handle: async (call, { app }) => {
    const askId = idIn(call, 'ask');
    const wait = { seconds: call.query.waitSeconds, signal: call.c.req.raw.signal };
    return json(200, presentAsk(askId, await app.asks.get(call.project, askId, wait)));
  },
});

const TAG = 'Answers';

const list = inProject({
  method: 'get',
  path: '/answers',
  tag: TAG,
  summary: 'What the cache holds',
  query: wire.AnswerQuery,
  replies: { 200: wire.AnswerPage },
  handle: async ({ project, query }, { app }) => {
    const page = { limit: query.limit, cursor: query.cursor ?? null };
    return json(200, pageReply(await app.answers.list(project, readFilter(query), page), presentAnswer));
  },
});

const purge = inProject({
  method: 'delete',
  path: '/answers',
  tag: TAG,
  scope: 'warm',
  summary: 'Drop answers by document or filter',
  query: wire.PurgeQuery,
  replies: { 200: wire.Purged },
  handle: async ({ project, query }, { app }) => {
    const filter = readFilter(query);
    // An empty filter matches every answer: it must never come from anything but those words.
    if (Object.keys(filter).length === 0 && query.all !== true)
      throw new Fault('invalid', 'filter_too_wide', 'Name what to drop, or all=true for every answer.');
    return json(200, { dropped: await app.answers.drop(project, filter) });
  },
});

const get = inProject({
  method: 'get',
  path: '/answers/{answerId}',
  tag: TAG,
  summary: 'One answer with its evidence',
  description: [
    'With an `ETag` that stays while the answer says the same, also when it is made again: with `If-None-Match` that is',
    'a 304.',
  ].join(' '),
  replies: { 200: wire.Answer, 304: null },
  handle: async (call, { app }) => {
    const answer = await app.answers.get(call.project, idIn(call, 'answer'));
    const etag = `W/"${showId('answer', answer.id)}.${answer.version}"`;
    const known = call.c.req.raw.headers.get('if-none-match')?.split(',') ?? [];
    if (known.some((tag) => tag.trim() === etag || tag.trim() === '*')) return empty(304, { ETag: etag });
    return json(200, presentAnswer(answer), { ETag: etag });
  },
});

const explain = inProject({
  method: 'get',
  path: '/answers/{answerId}/explain',
  tag: TAG,
  summary: 'What an answer rests on, why it was made again, and what that changed',
  replies: { 200: wire.Explanation },
  handle: async (call, { app }) =>
    json(200, presentExplanation(await app.answers.explain(call.project, idIn(call, 'answer')))),
});

const remove = inProject({
  method: 'delete',
  path: '/answers/{answerId}',
  tag: TAG,
  scope: 'warm',
  summary: 'Drop one answer',
  replies: { 200: wire.Purged },
  handle: async (call, { app }) => {
    const answerId = idIn(call, 'answer');
    await app.answers.get(call.project, answerId);
    return json(200, { dropped: await app.answers.drop(call.project, { answerId }) });
  },
});

const refresh = inProject({
  method: 'post',
  path: '/answers/{answerId}/refresh',
  tag: TAG,
  scope: 'warm',
  summary: 'Make one answer again, whatever the cache holds',
  replies: { 200: wire.Asked },
  handle: async (call, { app }) => {
    const asked = await app.answers.refresh(
      call.project,
      { answerId: idIn(call, 'answer'), keyId: call.access.keyId, requestId: call.requestId },
      call.c.req.raw,
    );
    return writtenJson(200, askedBytes(asked));
  },
});

export const answerEndpoints: readonly Endpoint[] = [ask, getAsk, list, purge, get, explain, remove, refresh];

type Filter = Pick<z.output<typeof wire.PurgeQuery>, 'documentId' | 'text' | 'found' | 'expired' | 'suspect'>;

function readFilter(query: Filter): {
  documentId?: number;
  text?: string;
  found?: boolean;
  expiredAt?: number;
  suspectAt?: number;
} {
  return {
    ...(query.documentId === undefined ? {} : { documentId: idFrom('document', query.documentId) }),
    ...(query.text === undefined ? {} : { text: query.text }),
    ...(query.found === undefined ? {} : { found: query.found }),
    ...(query.expired === undefined ? {} : { expiredAt: Date.now() }),
    ...(query.suspect === undefined ? {} : { suspectAt: Date.now() }),
  };
}
