import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { AiSdkEmbedder } from '#adapters/model/ai-sdk/ai-sdk-embedder.ts';
import { AiSdkLanguageModel } from '#adapters/model/ai-sdk/ai-sdk-language-model.ts';
import { readRetryAfter } from '#adapters/model/ai-sdk/failure.ts';
import { ModelFault } from '#domain/model-fault.ts';
import { ModelServer } from './support/model-server.ts';
import { Sink } from './support/sink.ts';

let server: ModelServer;
before(async () => (server = await ModelServer.open()));
after(() => server[Symbol.asyncDispose]());
beforeEach(() => {
  server.heard.length = 0;
  server.mishaps.length = 0;
  server.reply = () => 'Paris is the capital [1].';
  server.mostTexts = 2_048;
});

const NEVER = new AbortController().signal;
const TOLD = { instructions: 'Be brief.', material: 'What is the capital?' };
const KEY = 'sk-very-secret';

interface Changes {
  readonly model?: string;
  readonly timeoutMs?: number;
  readonly concurrency?: number;
  readonly baseUrl?: string;
  readonly restMs?: number;
  readonly provider?: 'openai' | 'google';
}

function settings({ provider = 'openai', ...changes }: Changes) {
  return {
    provider,
    model: 'small',
    baseUrl: provider === 'google' ? server.googleUrl : server.openAiUrl,
    apiKey: KEY,
    timeoutMs: 10_000,
    concurrency: 4,
    retryBaseMs: 1,
    restMs: 60_000,
    ...changes,
  };
}

function writer(changes: Changes = {}, now: () => number = Date.now) {
  const price = { inputPrice: null, outputPrice: null };
  return new AiSdkLanguageModel({ ...settings(changes), maxOutputTokens: 100, ...price }, now);
}

function embedder(textsPerRequest = 100, dimensions: number | null = null) {
  const prefixes = { questionPrefix: '', passagePrefix: '' };
  return new AiSdkEmbedder({
    ...settings({ model: 'embed-small' }),
    dimensions,
    textsPerRequest,
    price: null,
    ...prefixes,
  });
}

async function faultOf(work: Promise<unknown>): Promise<ModelFault> {
  const error: unknown = await work.then(
    () => assert.fail('it worked'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof ModelFault, String(error));
  assert.ok(!error.message.includes(KEY), 'the key stands in a message');
  return error;
}

for (const provider of ['openai', 'google'] as const) {
  test(`what fails in passing is tried again (${provider}): 500, 429, a cut stream, one without an end, garbled JSON`, async () => {
    for (const mishap of [
      { kind: 'status', status: 500 },
      { kind: 'status', status: 503, headers: { 'Retry-After': '0' } },
      { kind: 'status', status: 429, headers: { 'Retry-After': '0' } },
      { kind: 'cut', after: 2 },
      { kind: 'unfinished', after: 2 },
      { kind: 'garbled' },
    ] as const) {
      server.mishaps.push(mishap);
      const sink = new Sink();
      const { text } = await writer({ provider }).write(TOLD, NEVER, sink);
      assert.equal(text, 'Paris is the capital [1].', mishap.kind);
      assert.equal(sink.text, text);
      assert.equal(sink.restarts, 2, 'once at the beginning, once anew');
    }
  });
}

test('vectors that cannot be read are asked for again', async () => {
  server.mishaps.push({ kind: 'garbled' }, { kind: 'status', status: 502 });
  assert.equal((await embedder().embed(['x'], NEVER)).length, 1);
  assert.equal(server.heard.length, 3);
});

test('a server that is silent before its first word, or between two, is given up and tried again', async () => {
  server.mishaps.push({ kind: 'silent' });
  assert.equal((await writer({ timeoutMs: 500 }).write(TOLD, NEVER, new Sink())).end, 'complete');
  let isStalled = false;
  server.beforePiece = (index) => {
    if (index !== 2 || isStalled) return;
    isStalled = true;
    return new Promise(() => {});
  };
  assert.equal((await writer({ timeoutMs: 500 }).write(TOLD, NEVER, new Sink())).end, 'complete');
  assert.ok(isStalled);
  server.beforePiece = () => {};
  server.mishaps.push({ kind: 'silent' }, { kind: 'silent' }, { kind: 'silent' });
  const fault = await faultOf(writer({ timeoutMs: 30 }).write(TOLD, NEVER, new Sink()));
  assert.equal(fault.code, 'model_timed_out');
});

test('Retry-After is read as seconds, as a date and in milliseconds', () => {
  const now = Date.UTC(2026, 0, 1, 12);
  assert.equal(readRetryAfter({ 'retry-after': '7' }, now), 7_000);
  assert.equal(readRetryAfter({ 'retry-after': new Date(now + 9_000).toUTCString() }, now), 9_000);
  assert.equal(readRetryAfter({ 'retry-after-ms': '250', 'retry-after': '7' }, now), 250);
  assert.equal(readRetryAfter({ 'retry-after': 'soon' }, now), null);
  assert.equal(readRetryAfter({}, now), null);
});

test('a long Retry-After is left to the caller, and holds up every other call without asking the server', async () => {
  let now = 1_000_000;
  const model = writer({}, () => now);
  server.mishaps.push({ kind: 'status', status: 429, headers: { 'Retry-After': '120' } });
  const fault = await faultOf(model.write(TOLD, NEVER, new Sink()));
  assert.deepEqual([fault.kind, fault.code, fault.retryAfterSeconds], ['limited', 'model_limited', 120]);
  now += 50_000;
  const next = await faultOf(model.write(TOLD, NEVER, new Sink()));
  assert.deepEqual([next.kind, next.retryAfterSeconds], ['limited', 70]);
  assert.equal(server.heard.length, 1);
  now += 70_000;
  assert.equal((await model.write(TOLD, NEVER, new Sink())).end, 'complete');
});

test('a model that keeps failing is left alone, and tried once when its rest is over', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: 1_000_000 });
  const restMs = 60_000;
  const model = writer({ restMs });
  for (let n = 0; n < 6; n += 1) server.mishaps.push({ kind: 'status', status: 500 });
  const first = await faultOf(model.write(TOLD, NEVER, new Sink()));
  assert.deepEqual([first.code, first.isOutage], ['model_failed', false], 'it may be what was asked');
  assert.equal(model.state().breaker, 'closed');
  const second = await faultOf(model.write(TOLD, NEVER, new Sink()));
  assert.ok(second.isOutage, 'it failed too often');
  assert.equal(model.state().breaker, 'open');
  const heard = server.heard.length;
  assert.equal(heard, 5);
  const resting = await faultOf(model.write(TOLD, NEVER, new Sink()));
  assert.deepEqual([resting.code, resting.kind, resting.isOutage], ['model_resting', 'unavailable', true]);
  assert.ok((resting.retryAfterSeconds ?? 0) >= 1 && second.retryAfterSeconds !== undefined);
  assert.equal(server.heard.length, heard, 'a resting model is not asked');
  server.mishaps.length = 0;
  t.mock.timers.tick(restMs);
  assert.equal(model.state().breaker, 'trying');
  assert.equal((await model.write(TOLD, NEVER, new Sink())).end, 'complete');
  assert.deepEqual([model.state().breaker, model.state().failures], ['closed', 5]);
});

test('what somebody has to put right is said once and not tried again: key, model, request', async () => {
  const cases = [
    [401, 'model_key_refused', `Incorrect API key provided: ${KEY}`],
    [403, 'model_key_refused', 'no'],
    [404, 'model_missing', 'no such model'],
    [400, 'model_refused', 'too long'],
  ] as const;
  for (const [status, code, message] of cases) {
    server.heard.length = 0;
    server.mishaps.push({ kind: 'status', status, message });
    const fault = await faultOf(writer().write(TOLD, NEVER, new Sink()));
    assert.equal(fault.code, code);
    assert.equal(server.heard.length, 1);
  }
  const unknown = await faultOf(writer({ model: 'big' }).write(TOLD, NEVER, new Sink()));
  assert.match(unknown.message, /has no model "big"/);
});

test('a server that is not there is told as unreachable, and one that redirects gets no second chance for the key', async () => {
  const gone = await faultOf(writer({ baseUrl: 'http://127.0.0.1:1/v1' }).write(TOLD, NEVER, new Sink()));
  assert.equal(gone.code, 'model_unreachable');
  await using other = await ModelServer.open();
  for (let n = 0; n < 3; n += 1)
    server.mishaps.push({
      kind: 'status',
      status: 307,
      headers: { Location: `${other.openAiUrl}/chat/completions` },
    });
  await faultOf(writer().write(TOLD, NEVER, new Sink()));
  assert.equal(other.heard.length, 0);
});

test('an abort reaches the server, and rejects with its own reason', async () => {
  const controller = new AbortController();
  const reason = new Error('cancelled by a person');
  const hangUps = server.hangUps;
  server.beforePiece = (index) => (index === 2 ? new Promise(() => {}) : undefined);
  const sink = new Sink();
  const writing = writer().write(TOLD, controller.signal, sink);
  writing.catch(() => {});
  while (sink.text === '') await new Promise((resolve) => setImmediate(resolve));
  controller.abort(reason);
  await assert.rejects(writing, reason);
  while (server.hangUps === hangUps) await new Promise((resolve) => setImmediate(resolve));
  server.beforePiece = () => {};
});

test('no more calls run at once than are allowed, and those that wait are counted', async () => {
  const gate = Promise.withResolvers<void>();
  server.beforePiece = () => gate.promise;
  const model = writer({ concurrency: 2 });
  const calls = Array.from({ length: 5 }, () => model.write(TOLD, NEVER, new Sink()));
  while (server.heard.length < 2) await new Promise((resolve) => setImmediate(resolve));
  const { inFlight, waiting } = model.state();
  assert.deepEqual([inFlight, waiting, server.heard.length], [2, 3, 2]);
  gate.resolve();
  await Promise.all(calls);
  assert.deepEqual([model.state().inFlight, model.state().waiting], [0, 0]);
  server.beforePiece = () => {};
});

test('texts go in groups; a server that takes fewer at once is given fewer, from then on', async () => {
  const model = embedder(8);
  const texts = Array.from({ length: 20 }, (_, n) => `text ${n}`);
  const whole = await model.embed(texts, NEVER);
  assert.deepEqual(
    server.heard.map(({ body }) => (body['input'] as string[]).length),
    [8, 8, 4],
  );
  server.mostTexts = 3;
  const small = await model.embed(texts.slice(0, 8), NEVER);
  assert.deepEqual(small, whole.slice(0, 8));
  server.heard.length = 0;
  await model.embed(texts.slice(0, 4), NEVER);
  assert.deepEqual(
    server.heard.map(({ body }) => (body['input'] as string[]).length),
    [2, 2],
  );
});

test('vectors of another length, none, or with something that is no number are refused', async () => {
  const model = embedder();
  await model.embed(['x'], NEVER);
  assert.equal(model.dimensions, 8);
  server.mishaps.push({ kind: 'vectors', vectors: [[1, 2, 3]] });
  const fault = await faultOf(model.embed(['x'], NEVER));
  assert.equal(fault.code, 'model_dimensions');
  assert.match(fault.message, /3 dimensions where 8 were expected/);
  const garbled: number[][][] = [
    [],
    [[]],
    [
      [1, 2],
      [3, 4],
    ],
  ];
  for (const vectors of garbled) {
    for (let n = 0; n < 3; n += 1) server.mishaps.push({ kind: 'vectors', vectors });
    assert.equal((await faultOf(embedder().embed(['x'], NEVER))).code, 'model_garbled');
  }
});
