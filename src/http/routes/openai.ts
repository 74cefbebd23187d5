import type { z } from 'zod';
import type { JsonObject } from '#domain/json.ts';
import * as wire from '#wire/index.ts';
import { readCacheWishes } from '../cache-wishes.ts';
import type { Call } from '../call.ts';
import { type Endpoint, inProject } from '../endpoint.ts';
import type { Parts } from '../parts.ts';
import { chunkStream } from '../openai-stream.ts';
import { completeOwn } from '../own-completion.ts';
import { OWN_MODEL } from '../present/completion.ts';
import { EVENT_STREAM_HEADERS, json, type Reply, writtenJson } from '../reply.ts';

const TAG = 'OpenAI-compatible';

const chat = inProject({
  method: 'post',
  path: '/v1/chat/completions',
  isAbsolute: true,
  tag: TAG,
  scope: 'ask',
  isUnaudited: true,
  summary: "A chat, by OpenAI's protocol",
  description: [
    "The model `preheat` answers the user's last question over the project's documents; any other is passed through to",
    'the upstream, and said again where the same was asked before. `X-Preheat-Cache` says what happened: `hit`, `miss`,',
    "`shared`, `stale` or `bypass`. The request's `Cache-Control` is heeded: `no-store`, `no-cache`, `max-age`,",
    '`only-if-cached`.',
  ].join(' '),
  body: wire.ChatRequest,
  replies: { 200: wire.ChatCompletion },
  handle: async (call, { app, settings, streams }) => {
    const left = new AbortController();
    const signal = AbortSignal.any([call.c.req.raw.signal, left.signal]);
    const ended =
      call.body.stream === true ? streams.take(call.access, settings.limits.maxStreams) : () => undefined;
    const reply = await completionOf(call, app, signal).catch((error: unknown) => {
      ended();
      throw error;
    });
    const headers = cacheHeaders(reply);
    if (reply.form === 'whole') ended();
    if (reply.form === 'whole') return writtenJson(200, reply.text, headers);
    const body = chunkStream(reply.chunks, {
      heartbeatMs: settings.heartbeatMs,
      requestId: call.requestId,
      leave: () => left.abort(new DOMException('The reader has gone.', 'AbortError')),
      ended,
    });
    return { status: 200, body, headers: { ...EVENT_STREAM_HEADERS, ...headers } } satisfies Reply;
  },
});

function completionOf(
  call: Call<unknown, z.output<typeof wire.ChatRequest>>,
  app: Parts['app'],
  signal: AbortSignal,
): ReturnType<typeof completeOwn> {
  const wishes = readCacheWishes(call.c);
  const { model, stream, stream_options: options } = call.body;
  if (model === OWN_MODEL) return completeOwn(app, call, { wishes, signal });
  return app.passthrough.chat(call.project, {
    keyId: call.access.keyId,
    requestId: call.requestId,
    model,
    request: call.body as JsonObject,
    isStream: stream === true,
    isWithUsage: options?.include_usage === true,
    wishes,
    signal,
  });
}

const embeddings = inProject({
  method: 'post',
  path: '/v1/embeddings',
  isAbsolute: true,
  tag: TAG,
  scope: 'ask',
  isUnaudited: true,
  summary: "Vectors of texts, by OpenAI's protocol",
  description:
    'Each text is kept by itself: of many only those go to the upstream that nobody asked for before (`X-Preheat-Cache: partial`).',
  body: wire.EmbeddingRequest,
  replies: { 200: wire.EmbeddingList },
  handle: async ({ c, access, requestId, project, body }, { app }) => {
    const reply = await app.passthrough.embed(project, {
      keyId: access.keyId,
      requestId,
      model: body.model,
      request: body as JsonObject,
      inputs: inputsOf(body.input),
      wishes: readCacheWishes(c),
      signal: c.req.raw.signal,
    });
    return writtenJson(200, reply.text, cacheHeaders(reply));
  },
});

const models = inProject({
  method: 'get',
  path: '/v1/models',
  isAbsolute: true,
  tag: TAG,
  scope: 'ask',
  summary: "Models that may be asked for, by OpenAI's protocol",
  replies: { 200: wire.ModelList },
  handle: async ({ c, project }, { app }) => {
    const others = await app.passthrough.models(c.req.raw.signal);
    const own = { id: OWN_MODEL, created: Math.floor(project.createdAt / 1_000), ownedBy: OWN_MODEL };
    const data = [own, ...others].map(({ id, created, ownedBy }) => ({
      id,
      object: 'model' as const,
      created,
      owned_by: ownedBy,
    }));
    return json(200, { object: 'list', data } satisfies wire.ModelList);
  },
});

const stats = inProject({
  method: 'get',
  path: '/turns',
  tag: TAG,
  summary: 'What is kept of requests to other models, and what came of it',
  replies: { 200: wire.TurnStats },
  handle: async ({ project }, { app }) => json(200, await app.passthrough.stats(project)),
});

const drop = inProject({
  method: 'delete',
  path: '/turns',
  tag: TAG,
  scope: 'warm',
  summary: 'Forget what other models said',
  query: wire.DropTurnsQuery,
  replies: { 200: wire.Purged },
  handle: async ({ project, query: { model } }, { app }) =>
    json(200, { dropped: await app.passthrough.drop(project, model === undefined ? {} : { model }) }),
});

export const openAiEndpoints: readonly Endpoint[] = [chat, embeddings, models, stats, drop];

/** A list of numbers is one text in tokens, a list of anything else is many. */
function inputsOf(input: wire.EmbeddingRequest['input']): readonly (string | readonly number[])[] {
  if (typeof input === 'string') return [input];
  return typeof input[0] === 'number' ? [input as number[]] : (input as (string | number[])[]);
}

function cacheHeaders(served: {
  readonly source: string;
  readonly ageSeconds: number | null;
}): Record<string, string> {
  const age = served.ageSeconds === null ? {} : { Age: String(served.ageSeconds) };
  return { 'X-Preheat-Cache': served.source, ...age };
}
