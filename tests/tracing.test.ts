import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Collector } from './support/collector.ts';
import type { CollectedSpan } from './support/collector.ts';
import { ModelServer } from './support/model-server.ts';
import { startServerProcess, startWorkerProcess, temporaryFolder } from './support/server.ts';

const HANDBOOK = '# Leave\n\nYou get 26 days of holiday in a year.\n\nUnused days move into March.\n';
const CALLER = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
const SECRET = 'sk-of-the-model';
const KIND = { server: 2, client: 3, producer: 4, consumer: 5 };

const folder = temporaryFolder();
let collector: Collector;
let model: ModelServer;

/** A server that leaves all items to a worker on the same folder, and both have ended when it returns. */
before(async () => {
  collector = await Collector.open();
  model = await ModelServer.open();
  model.reply = () => 'You get 26 days [1].';
  const environment = {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_HEADERS: 'api-key=of%20the%20collector',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=staging',
    PREHEAT_GENERATOR: 'openai:small',
    PREHEAT_GENERATOR_URL: model.openAiUrl,
    PREHEAT_GENERATOR_KEY: SECRET,
  };
  const server = await startServerProcess(folder.path, { ...environment, PREHEAT_CONCURRENCY: '0' });
  const worker = await startWorkerProcess(folder.path, environment);
  const { client } = server;
  const called = (requestId: string, path: string, body: unknown, more: Record<string, string> = {}) =>
    fetch(`${server.url}/api/v1${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Request-Id': requestId, ...more },
      body: JSON.stringify(body),
    });
  const documents = await client.documents.upload([{ name: 'leave.md', content: HANDBOOK }]);
  await client.batches.wait(documents.id);
  const traceparent = `00-${CALLER.traceId}-${CALLER.spanId}-01`;
  const items = ['How many days of holiday by batch?'];
  const made = await called('trace:batch', '/batches', { workload: 'answers', items }, { traceparent });
  await client.batches.wait(((await made.json()) as { id: string }).id);
  await called('trace:ask', '/ask', { question: 'How many days of holiday by ask?' });
  const stream = await called('trace:stream', '/ask', {
    question: 'How many days by stream?',
    mode: 'stream',
  });
  await stream.text();
  const unsampled = `00-${'1'.repeat(32)}-${'2'.repeat(16)}-00`;
  await called('trace:unsampled', '/ask', { question: 'How many days unseen?' }, { traceparent: unsampled });
  await called('trace:odd', '/ask', { question: 'How many days of holiday by ask?' }, { traceparent: 'odd' });
  await fetch(`${server.url}/health/live`);
  await worker.stop();
  await server.stop();
});
after(async () => {
  await collector[Symbol.asyncDispose]();
  await model[Symbol.asyncDispose]();
  folder.remove();
});

test('the collector takes what it is sent, with the headers and the names of the settings', () => {
  assert.deepEqual(collector.refused, []);
  assert.ok(collector.headers.every((headers) => headers['api-key'] === 'of the collector'));
  for (const { resource } of collector.spans) {
    assert.equal(resource['service.name'], 'preheat');
    assert.equal(resource['deployment.environment.name'], 'staging');
  }
});

test('a batch is one trace from the caller over its request and its item to the model, across processes', () => {
  const request = collector.one('POST /api/v1/batches', { 'preheat.request': 'trace:batch' });
  const of = (name: string) => inTrace(request, name);
  const [submit, item, call] = [of('submit answers'), of('run answers'), of('chat small')] as const;
  assert.deepEqual([request.traceId, request.parent], [CALLER.traceId, CALLER.spanId]);
  assert.deepEqual([submit.parent, item.parent, call.parent], [request.spanId, submit.spanId, item.spanId]);
  assert.deepEqual(
    [request, submit, item, call].map((span) => span.kind),
    [KIND.server, KIND.producer, KIND.consumer, KIND.client],
  );
  assert.equal(item.attributes['preheat.batch'], submit.attributes['preheat.batch']);
  assert.equal(item.attributes['preheat.outcome'], 'completed');
  assert.equal(call.attributes['gen_ai.usage.output_tokens'], 20);
  assert.deepEqual(
    [request, submit, item, call].map((span) => span.resource['preheat.role']),
    ['server', 'server', 'worker', 'worker'],
  );
  assert.notEqual(request.resource['process.pid'], item.resource['process.pid']);
  assert.equal(heardFrom('trace:batch')?.headers['traceparent'], `00-${CALLER.traceId}-${call.spanId}-01`);
});

test('an ask is a trace of its own, streamed or not, and goes on at the model', () => {
  for (const requestId of ['trace:ask', 'trace:stream']) {
    const request = collector.one('POST /api/v1/ask', { 'preheat.request': requestId });
    assert.equal(request.parent, null);
    const call = inTrace(request, 'chat small');
    assert.equal(call.parent, request.spanId, requestId);
    assert.equal(heardFrom(requestId)?.headers['traceparent'], `00-${request.traceId}-${call.spanId}-01`);
  }
});

test('what a caller does not keep is not kept here either, and passed on as such', () => {
  assert.equal(
    collector.spans.find(({ traceId }) => traceId === '1'.repeat(32)),
    undefined,
  );
  assert.match(String(heardFrom('trace:unsampled')?.headers['traceparent']), /^00-1{32}-[\da-f]{16}-00$/);
});

test('a traceparent that is none begins a trace', () => {
  const { parent, attributes } = collector.one('POST /api/v1/ask', { 'preheat.request': 'trace:odd' });
  assert.equal(parent, null);
  assert.equal(attributes['http.response.status_code'], 200);
});

test('no question, answer, document or secret is in a trace, and no sign of life either', () => {
  for (const text of ['How many', '26 days', 'Unused', 'leave.md', SECRET, 'health']) {
    assert.equal(collector.text.includes(text), false, text);
  }
});

function inTrace({ traceId }: CollectedSpan, name: string): CollectedSpan {
  const found = collector.spans.find((span) => span.name === name && span.traceId === traceId);
  return found ?? assert.fail(`no span "${name}" in trace ${traceId}`);
}

function heardFrom(requestId: string) {
  return model.heard.find(({ headers }) => headers['x-request-id'] === requestId);
}
