import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { embedMany, generateText, streamText } from 'ai';
import OpenAI from 'openai';
import { PreheatClient } from '#sdk/index.ts';
import { ModelServer } from './support/model-server.ts';
import { startServerProcess, temporaryFolder } from './support/server.ts';
import type { ServerProcess } from './support/server.ts';

/** The official client and the AI SDK against a server whose upstream speaks the real protocol, on loopback. */
const folder = temporaryFolder();
let upstream: ModelServer;
let server: ServerProcess;
let client: OpenAI;

before(async () => {
  upstream = await ModelServer.open();
  server = await startServerProcess(folder.path, {
    PREHEAT_UPSTREAM_URL: upstream.openAiUrl,
    PREHEAT_UPSTREAM_KEY: 'sk-of-the-upstream',
  });
  client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'sk-made-up', maxRetries: 0 });
});
after(async () => {
  await server.stop('SIGKILL');
  await upstream[Symbol.asyncDispose]();
  folder.remove();
});
beforeEach(() => {
  upstream.heard.length = 0;
  upstream.mishaps.length = 0;
  upstream.reply = ({ body }) => `You said: ${JSON.stringify((body['messages'] as unknown[]).at(-1))}`;
  upstream.beforePiece = () => {};
  upstream.finishReason = 'stop';
  upstream.toolCall = null;
});

type Body = Omit<OpenAI.ChatCompletionCreateParamsNonStreaming, 'messages' | 'model'>;

function chatOf(content: string, more: Body = {}): OpenAI.ChatCompletionCreateParamsNonStreaming {
  return { model: 'small', messages: [{ role: 'user', content }], ...more };
}

async function ask(content: string, more: Body = {}, cacheControl?: string) {
  const headers = cacheControl === undefined ? {} : { 'Cache-Control': cacheControl };
  const { data, response } = await client.chat.completions
    .create(chatOf(content, more), { headers })
    .withResponse();
  return { data, cache: response.headers.get('x-preheat-cache'), age: response.headers.get('age') };
}

async function chunksOf(content: string, more: Body = {}, isWithUsage = false) {
  const body = {
    ...chatOf(content, more),
    stream: true,
    stream_options: { include_usage: isWithUsage },
  } as const;
  const { data, response } = await client.chat.completions.create(body).withResponse();
  const chunks: OpenAI.ChatCompletionChunk[] = [];
  for await (const chunk of data) chunks.push(chunk);
  return { chunks, text: textOf(chunks), cache: response.headers.get('x-preheat-cache') };
}

function textOf(chunks: readonly OpenAI.ChatCompletionChunk[]): string {
  return chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('');
}

describe('a chat that is passed through', () => {
  test('is made once and said again word for word, whole or as a stream', async () => {
    const first = await ask('Hello?', { temperature: 0.3 });
    const again = await ask('Hello?', { temperature: 0.3 });
    assert.deepEqual([first.cache, again.cache, again.age !== null], ['miss', 'hit', true]);
    assert.deepEqual(again.data, first.data);
    const streamed = await chunksOf('Hello?', { temperature: 0.3 }, true);
    assert.equal(streamed.cache, 'hit');
    assert.equal(streamed.text, first.data.choices[0]?.message.content);
    assert.equal(
      streamed.chunks.find(({ choices }) => choices[0]?.finish_reason === 'stop') !== undefined,
      true,
    );
    assert.deepEqual(streamed.chunks.at(-1)?.usage, first.data.usage);
    assert.equal(upstream.heard.length, 1);
    assert.equal(upstream.heard[0]?.headers.authorization, 'Bearer sk-of-the-upstream');
    assert.match(upstream.heard[0]?.headers['x-request-id'] as string, /^[\da-f-]{36}$/);
    assert.deepEqual(upstream.heard[0]?.body, chatOf('Hello?', { temperature: 0.3 }));
  });

  test('a stream is said again chunk for chunk, with usage for those who want it, and whole', async () => {
    const first = await chunksOf('Stream?');
    assert.equal(first.cache, 'miss');
    assert.equal(
      first.chunks.some((chunk) => 'usage' in chunk),
      false,
    );
    const again = await chunksOf('Stream?');
    assert.deepEqual([again.cache, again.chunks], ['hit', first.chunks]);
    const counted = await chunksOf('Stream?', {}, true);
    assert.deepEqual(counted.chunks.slice(0, -1), first.chunks);
    assert.equal(counted.chunks.at(-1)?.usage?.total_tokens, 120);
    const whole = await ask('Stream?');
    assert.equal(whole.cache, 'hit');
    assert.equal(whole.data.object, 'chat.completion');
    assert.deepEqual(whole.data.choices, [
      { index: 0, message: { role: 'assistant', content: first.text }, finish_reason: 'stop' },
    ]);
    assert.equal(whole.data.usage?.total_tokens, 120);
    assert.equal(upstream.heard.length, 1);
  });

  test('another system prompt, history, model, parameter or project is another turn; names of users are not', async () => {
    const system = { role: 'system' as const, content: 'Be brief.' };
    const user = { role: 'user' as const, content: 'Key?' };
    const bodies: object[] = [
      { model: 'small', messages: [user] },
      { model: 'small', messages: [system, user] },
      { model: 'small', messages: [user, { role: 'assistant', content: 'Yes.' }, user] },
      { model: 'embed-small', messages: [user] },
      { model: 'small', messages: [user], temperature: 0 },
      { model: 'small', messages: [user], max_tokens: 9 },
    ];
    const send = async (body: object, project = 'default') => {
      const headers = { 'Content-Type': 'application/json', 'Preheat-Project': project };
      const init = { method: 'POST', headers, body: JSON.stringify(body) };
      const response = await fetch(`${server.url}/v1/chat/completions`, init);
      assert.equal(response.status, 200, await response.text());
      return response.headers.get('x-preheat-cache');
    };
    for (const body of bodies) assert.equal(await send(body), 'miss', JSON.stringify(body));
    for (const body of bodies) assert.equal(await send(body), 'hit', JSON.stringify(body));
    const same = {
      user: 'u1',
      stream_options: null,
      temperature: null,
      n: 1,
      messages: [{ content: 'Key?', role: 'user' }],
      model: 'small',
    };
    assert.equal(await send(same), 'hit');
    await server.client.projects.create('other');
    assert.equal(await send(bodies[0] as object, 'other'), 'miss');
  });

  test('equal requests that come together are one call, whole and streamed alike', async () => {
    const gate = Promise.withResolvers<void>();
    upstream.beforePiece = () => gate.promise;
    const all = Promise.all([
      chunksOf('Together?'),
      ...Array.from({ length: 20 }, (_, at) => (at % 2 === 0 ? chunksOf('Together?') : ask('Together?'))),
    ]);
    while (upstream.heard.length === 0) await new Promise((resolve) => setImmediate(resolve));
    gate.resolve();
    const replies = await all;
    const texts = replies.map((reply) =>
      'text' in reply ? reply.text : reply.data.choices[0]?.message.content,
    );
    assert.equal(new Set(texts).size, 1);
    assert.equal(upstream.heard.length, 1);
    assert.equal(replies.filter(({ cache }) => cache === 'miss').length, 1);
    assert.ok(replies.every(({ cache }) => cache !== 'bypass'));
  });

  test("what was cut off, withheld, asks for tools, or was aborted is the caller's alone", async () => {
    const twice = async (name: string, more: Body = {}) => [
      (await ask(name, more)).cache,
      (await chunksOf(name, more)).cache,
    ];
    upstream.finishReason = 'length';
    assert.deepEqual(await twice('Long?'), ['miss', 'miss']);
    upstream.finishReason = 'content_filter';
    assert.deepEqual(await twice('Withheld?'), ['miss', 'miss']);
    upstream.finishReason = 'stop';
    upstream.toolCall = { name: 'weather', arguments: '{"city":"Bergen","days":3}' };
    assert.deepEqual(await twice('Tool?'), ['miss', 'miss']);
    const streamed = await chunksOf('Tool?');
    assert.ok(streamed.chunks.some(({ choices }) => choices[0]?.finish_reason === 'tool_calls'));
    upstream.toolCall = null;
    const stop = new AbortController();
    upstream.beforePiece = (index) => (index === 0 ? undefined : new Promise(() => {}));
    const body = { ...chatOf('Aborted?'), stream: true } as const;
    const stream = await client.chat.completions.create(body, { signal: stop.signal });
    for await (const _chunk of stream) stop.abort();
    while (upstream.hangUps === 0) await new Promise((resolve) => setImmediate(resolve));
    upstream.beforePiece = () => {};
    assert.equal((await ask('Aborted?')).cache, 'miss');
  });

  test('the Cache-Control of the request is heeded', async () => {
    const missing = await ask('Wishes?', {}, 'only-if-cached').catch((error: unknown) => error);
    assert.ok(missing instanceof OpenAI.NotFoundError);
    assert.deepEqual([missing.status, missing.code], [404, 'not_cached']);
    assert.equal((await ask('Wishes?', {}, 'no-store')).cache, 'bypass');
    assert.equal((await ask('Wishes?')).cache, 'miss');
    assert.equal((await ask('Wishes?', {}, 'no-cache')).cache, 'miss');
    assert.equal((await ask('Wishes?', {}, 'max-age=1000')).cache, 'hit');
    assert.equal((await ask('Wishes?', {}, 'only-if-cached')).cache, 'hit');
    assert.equal((await ask('Wishes?', { store: true })).cache, 'bypass');
    const bad = await ask('Wishes?', {}, 'max-age=soon').catch((error: unknown) => error);
    assert.ok(bad instanceof OpenAI.BadRequestError);
  });

  test("faults are in OpenAI's own form: a limit with its Retry-After, a failure, a cut stream, a wrong key", async () => {
    const refusedBy = (more: Body = {}, content = 'Fault?') =>
      ask(content, more).then(
        () => assert.fail('it was answered'),
        (error: unknown) => error as InstanceType<typeof OpenAI.APIError>,
      );
    upstream.mishaps.push({
      kind: 'status',
      status: 429,
      headers: { 'Retry-After': '7' },
      message: 'slow down',
    });
    const limited = await refusedBy();
    assert.ok(limited instanceof OpenAI.RateLimitError);
    assert.deepEqual(
      [limited.status, limited.headers?.get('retry-after'), limited.message],
      [429, '7', '429 slow down'],
    );
    upstream.mishaps.push({ kind: 'status', status: 500 });
    const failed = await refusedBy();
    assert.ok(failed instanceof OpenAI.InternalServerError);
    assert.deepEqual([failed.status, failed.headers?.get('retry-after')], [502, '2']);
    upstream.mishaps.push({ kind: 'status', status: 401, message: 'Incorrect API key: sk-of-the-upstream' });
    const key = await refusedBy();
    assert.deepEqual(
      [key.status, key.code, key.message.includes('sk-of')],
      [502, 'upstream_key_refused', false],
    );
    upstream.mishaps.push({ kind: 'garbled' });
    assert.equal((await refusedBy()).code, 'upstream_garbled');
    const unknown = await client.chat.completions
      .create({ ...chatOf('?'), model: 'nobody' })
      .catch((error: unknown) => error);
    assert.ok(unknown instanceof OpenAI.NotFoundError);
    for (const kind of ['cut', 'unfinished'] as const) {
      upstream.mishaps.push({ kind, after: 2 });
      await assert.rejects(chunksOf('Cut?'), (error: Error) => /broke off/.test(error.message));
    }
    assert.equal((await chunksOf('Cut?')).cache, 'miss');
    const messages = [] as never;
    const invalid = await client.chat.completions
      .create({ model: 'small', messages })
      .catch((error: unknown) => error);
    assert.ok(invalid instanceof OpenAI.BadRequestError);
    assert.equal(invalid.param, 'messages');
    const nowhere = await client.get('/nowhere').catch((error: unknown) => error);
    assert.ok(nowhere instanceof OpenAI.NotFoundError);
    assert.equal(nowhere.code, 'unknown_route');
  });
});

test('vectors are kept text by text', async () => {
  const embed = async (input: string | string[] | number[], format?: 'float') => {
    const format_ = format === undefined ? {} : { encoding_format: format };
    const { data, response } = await client.embeddings
      .create({ model: 'embed-small', input, ...format_ })
      .withResponse();
    return { data, cache: response.headers.get('x-preheat-cache') };
  };
  const first = await embed(['one', 'two', 'one']);
  assert.deepEqual([first.cache, first.data.data.length], ['miss', 3]);
  assert.deepEqual(first.data.data[0]?.embedding, first.data.data[2]?.embedding);
  const again = await embed(['one', 'two', 'one']);
  assert.deepEqual([again.cache, again.data], ['hit', first.data]);
  const more = await embed(['three', 'two']);
  assert.deepEqual([more.cache, more.data.data[1]?.embedding], ['partial', first.data.data[1]?.embedding]);
  assert.deepEqual(
    upstream.heard.map(({ body }) => body['input']),
    [['one', 'two'], ['three']],
  );
  assert.equal((await embed('two', 'float')).cache, 'miss');
  assert.equal((await embed('two', 'float')).cache, 'hit');
});

test('the AI SDK gets texts, streams and vectors, warm as cold', async () => {
  const provider = createOpenAICompatible({
    name: 'preheat',
    baseURL: `${server.url}/v1`,
    includeUsage: true,
  });
  for (const calls of [1, 1]) {
    const { text, usage } = await generateText({ model: provider('small'), prompt: 'From the SDK?' });
    assert.match(text, /From the SDK/);
    assert.equal(usage.totalTokens, 120);
    const streaming = streamText({ model: provider('small'), prompt: 'From the SDK?' });
    assert.equal(await streaming.text, text);
    assert.equal((await streaming.totalUsage).totalTokens, 120);
    assert.equal(upstream.heard.length, calls);
  }
  const { embeddings } = await embedMany({
    model: provider.embeddingModel('embed-small'),
    values: ['sdk one', 'sdk two'],
  });
  assert.equal(embeddings.length, 2);
});

describe('the model preheat', () => {
  before(async () => {
    const content = new Blob(['# Holiday\n\nYou get 26 days of holiday a year.\n']);
    const batch = await server.client.documents.upload([{ name: 'leave.md', content }]);
    await server.client.batches.wait(batch.id);
  });

  test("answers out of the project's documents, cold, warm and streamed", async () => {
    const body = {
      model: 'preheat',
      messages: [{ role: 'user', content: 'How many days of holiday do I get?' }],
    };
    const create = async (more: object = {}) => {
      const request = { ...body, ...more } as OpenAI.ChatCompletionCreateParamsNonStreaming;
      const { data, response } = await client.chat.completions.create(request).withResponse();
      return { data, cache: response.headers.get('x-preheat-cache') };
    };
    const cold = await create();
    assert.equal(cold.cache, 'miss');
    assert.match(cold.data.choices[0]?.message.content ?? '', /26 days/);
    const warm = await create({ temperature: 0.9 });
    assert.deepEqual([warm.cache, warm.data.choices], ['hit', cold.data.choices]);
    const request = { ...body, stream: true, stream_options: { include_usage: true } };
    const { data, response } = await client.chat.completions
      .create(request as OpenAI.ChatCompletionCreateParamsStreaming)
      .withResponse();
    const chunks: OpenAI.ChatCompletionChunk[] = [];
    for await (const chunk of data) chunks.push(chunk);
    assert.equal(response.headers.get('x-preheat-cache'), 'hit');
    assert.equal(textOf(chunks), cold.data.choices[0]?.message.content);
    assert.equal(chunks.at(-2)?.choices[0]?.finish_reason, 'stop');
    assert.ok(chunks.at(-1)?.usage !== undefined);
    assert.equal(upstream.heard.length, 0);
    const refused = await create({ n: 2 }).catch((error: unknown) => error);
    assert.ok(refused instanceof OpenAI.BadRequestError);
    assert.deepEqual([refused.param, refused.code], ['n', 'unsupported_parameter']);
  });

  test('is listed beside those of the upstream, and what was kept is counted and can be dropped', async () => {
    const names: string[] = [];
    for await (const { id } of client.models.list()) names.push(id);
    assert.deepEqual(names, ['preheat', 'small', 'embed-small']);
    const stats = await server.client.turns.stats();
    assert.ok(stats.isOn && stats.turns > 5 && stats.hits > 5 && stats.misses > 5 && stats.savedTokens > 0);
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    assert.match(
      metrics,
      new RegExp(`preheat_turns_total\\{project="default",result="hit"\\} ${stats.hits}\\b`),
    );
    const { dropped } = await server.client.turns.drop({ model: 'small' });
    assert.ok(dropped > 0 && dropped < stats.turns);
    assert.equal((await ask('Hello?', { temperature: 0.3 })).cache, 'miss');
    const other = new PreheatClient({ baseUrl: server.url, project: 'other' });
    assert.equal((await other.turns.stats()).turns, 1);
  });
});
