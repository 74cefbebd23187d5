import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PreheatClient, type PreheatError } from '../sdk/index.ts';
import { readEvents } from '../sdk/event-stream.ts';
import { harness, listen, serve } from './support/http.ts';

test('the client submits, reads and asks', async () => {
  await using at = await listen();
  const client = new PreheatClient({ baseUrl: `${at.url}/` });
  const batch = await client.batches.submit({ workload: 'answers', items: ['a', 'b'], priority: 'high' });
  assert.deepEqual([batch.id, batch.total, batch.priority], ['bat_1', 2, 5]);
  const uploaded = await client.batches.upload([{ name: 'q.txt', content: 'a\nb\nc\n' }], {
    workload: 'answers',
  });
  assert.equal(uploaded.total, 3);
  assert.equal((await client.batches.list()).items.length, 2);
  const asked = await client.ask('How long is the warranty?');
  assert.deepEqual([asked.answer, asked.cache.status, asked.cache.ageSeconds], ['Two years. [1]', 'hit', 3]);
  assert.equal((await client.answers.purge({ all: true })).dropped, 7);
});

test('a refusal is a PreheatError with its code, fields and request id', async () => {
  await using at = await listen();
  const client = new PreheatClient({ baseUrl: at.url });
  await assert.rejects(client.batches.submit({ workload: 'answers', items: [] }), (error: PreheatError) => {
    assert.deepEqual([error.status, error.code, error.problems[0]?.field], [400, 'invalid_input', 'items']);
    assert.ok(error.requestId);
    return true;
  });
});

test('a busy server is asked again, with the same key', async () => {
  await using at = await listen();
  const keys: (string | null)[] = [];
  const client = new PreheatClient({
    baseUrl: at.url,
    fetch: (input, init) => {
      keys.push(new Headers(init?.headers).get('idempotency-key'));
      if (keys.length === 1) return Promise.reject(new TypeError('connection reset'));
      return keys.length === 2 ? Promise.resolve(busy()) : fetch(input, init);
    },
  });
  await client.batches.submit({ workload: 'answers', items: ['a'] });
  assert.equal(keys.length, 3);
  assert.equal(new Set(keys).size, 1);
  assert.ok(keys[0]);
});

/** A 200 whose body breaks off. */
function broken(): Response {
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.error(new TypeError('terminated'));
    },
  });
  return new Response(body, { headers: { 'Content-Type': 'application/json' } });
}

test('an answer that breaks off is asked for again, with the same key', async () => {
  await using at = await listen();
  const keys: (string | null)[] = [];
  const client = new PreheatClient({
    baseUrl: at.url,
    fetch: (input, init) => {
      keys.push(new Headers(init?.headers).get('idempotency-key'));
      return keys.length === 1 ? Promise.resolve(broken()) : fetch(input, init);
    },
  });
  const batch = await client.batches.submit({ workload: 'answers', items: ['a'] });
  assert.equal(batch.id, 'bat_1');
  assert.equal(keys.length, 2);
  assert.equal(new Set(keys).size, 1);
});

test('an answer that breaks off every time is told as such; what must not be repeated is not', async () => {
  let calls = 0;
  const client = new PreheatClient({
    baseUrl: 'http://127.0.0.1:1',
    retries: 1,
    fetch: () => {
      calls += 1;
      return Promise.resolve(broken());
    },
  });
  await assert.rejects(client.batches.list(), { name: 'PreheatError', code: 'unreachable', status: 0 });
  assert.equal(calls, 2);
  await assert.rejects(client.batches.pause('bat_1'), { name: 'PreheatError', code: 'unreachable' });
  assert.equal(calls, 3);
});

test('an answer that is no JSON is told as such, once', async () => {
  let calls = 0;
  const page = () => Promise.resolve(new Response('<h1>Hello</h1>'));
  const client = new PreheatClient({
    baseUrl: 'http://127.0.0.1:1',
    fetch: () => {
      calls += 1;
      return page();
    },
  });
  await assert.rejects(client.batches.list(), {
    name: 'PreheatError',
    code: 'unexpected_answer',
    status: 200,
  });
  assert.equal(calls, 1);
});

test('nobody listening is told as such', async () => {
  const gone = await listen();
  await gone[Symbol.asyncDispose]();
  const client = new PreheatClient({ baseUrl: gone.url, retries: 0 });
  await assert.rejects(client.batches.list(), { code: 'unreachable', status: 0 });
});

test('watching rides out dropped connections and a restart, and ends with the end', async () => {
  const built = harness();
  let at = await serve(built);
  built.fake.add(['a']);
  const client = new PreheatClient({ baseUrl: at.url });
  const seen: [string, number][] = [];
  for await (const event of client.batches.watch('bat_1')) {
    seen.push([event.event, event.version]);
    if (event.version === 1) {
      at.server.closeAllConnections();
      built.fake.change(1, { status: 'paused' });
    } else if (event.version === 2) {
      const { port } = at;
      await at[Symbol.asyncDispose]();
      built.fake.change(1, { status: 'completed' });
      at = await serve(built, port);
    }
  }
  assert.deepEqual(seen, [
    ['progress', 1],
    ['paused', 2],
    ['complete', 3],
  ]);
  assert.equal((await client.batches.wait('bat_1'))?.status, 'completed');
  await at[Symbol.asyncDispose]();
});

test('watching ends when it is told to stop', async () => {
  await using at = await listen();
  at.fake.add(['a']);
  const stop = new AbortController();
  const client = new PreheatClient({ baseUrl: at.url });
  await assert.rejects(async () => {
    for await (const _ of client.batches.watch('bat_1', { signal: stop.signal }))
      stop.abort(new Error('enough'));
  }, /enough/);
  await at.fake.left();
});

test('watching what is not there is refused at once', async () => {
  await using at = await listen();
  const client = new PreheatClient({ baseUrl: at.url });
  await assert.rejects(client.batches.watch('bat_9').next(), { code: 'not_found' });
});

test('events are read whatever the line ends, and however the text is cut', async () => {
  const text =
    ': hello\r\nid: 1\r\nevent: progress\r\ndata: {"a":\r\ndata: "ü"}\r\n\r\nid: 2\n\ndata: x\n\ndata: cut off';
  for (let size = 1; size < 9; size += 1) {
    const bytes = new TextEncoder().encode(text);
    const parts = Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) =>
      bytes.slice(n * size, (n + 1) * size),
    );
    const seen: object[] = [];
    for await (const event of readEvents(ReadableStream.from(parts))) seen.push(event);
    assert.deepEqual(seen, [
      { id: '1', name: 'progress', data: '{"a":\n"ü"}' },
      { id: '2', name: 'message', data: 'x' },
    ]);
  }
});

function busy(): Response {
  const body = JSON.stringify({ status: 503, code: 'store_busy', detail: 'busy' });
  return new Response(body, { status: 503, headers: { 'Retry-After': '0' } });
}
