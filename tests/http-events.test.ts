import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { readEvents, type ServerEvent } from '../sdk/event-stream.ts';
import type { Progress } from '../sdk/wire/index.ts';
import { NO_COUNTS } from '../src/domain/item.ts';
import { harness, type Harness, listen } from './support/http.ts';

const EVENTS = '/api/v1/batches/bat_1/events';

async function open(
  http: Harness['http'],
  path = EVENTS,
  lastEventId?: string,
): Promise<AsyncGenerator<ServerEvent>> {
  const response = await http.request(
    path,
    lastEventId === undefined ? {} : { headers: { 'Last-Event-ID': lastEventId } },
  );
  assert.equal(response.status, 200);
  return readEvents(response.body as ReadableStream<Uint8Array>);
}

async function take(events: AsyncGenerator<ServerEvent>): Promise<ServerEvent> {
  const next = await events.next();
  assert.ok(next.done !== true, 'the stream ended');
  return next.value;
}

function dataOf(event: ServerEvent): Progress {
  return JSON.parse(event.data) as Progress;
}

test('a watcher gets a snapshot at once, then changes, then the end, and the stream ends', async () => {
  const { http, fake } = harness();
  fake.add(['a', 'b']);
  const events = await open(http);
  assert.deepEqual(await take(events).then(({ id, name }) => [id, name]), ['1', 'progress']);
  fake.change(1, { status: 'paused' });
  assert.equal((await take(events)).name, 'paused');
  fake.change(1, { status: 'processing' });
  assert.equal((await take(events)).name, 'resumed');
  fake.change(1, { status: 'completed', counts: { ...NO_COUNTS, completed: 1, failed: 1 } });
  const last = await take(events);
  assert.equal(last.name, 'complete');
  assert.deepEqual(
    [dataOf(last).total, dataOf(last).processed, dataOf(last).failed, dataOf(last).status],
    [2, 2, 1, 'completed'],
  );
  assert.equal((await events.next()).done, true);
  await fake.left();
});

test('the stream is not to be stored or held back by proxies', async () => {
  const { http, fake } = harness();
  fake.add(['a']);
  const response = await http.request(EVENTS);
  assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/);
  assert.equal(response.headers.get('cache-control'), 'no-cache, no-transform');
  assert.equal(response.headers.get('x-accel-buffering'), 'no');
  await response.body?.cancel();
  await fake.left();
});

test('a late watcher gets the end at once', async () => {
  const { http, fake } = harness();
  fake.add(['a']);
  fake.change(1, { status: 'cancelled' });
  const events = await open(http);
  assert.equal((await take(events)).name, 'cancelled');
  assert.equal((await events.next()).done, true);
});

test('a cancel that still moves rows is not the end', async () => {
  const { http, fake } = harness();
  fake.add(['a']);
  fake.change(1, { status: 'cancelled', unfinished: { kind: 'cancel' } });
  const events = await open(http);
  assert.equal((await take(events)).name, 'progress');
  fake.change(1, { unfinished: null });
  assert.equal((await take(events)).name, 'cancelled');
});

test('who has seen the end gets 204 and nothing more', async () => {
  const { http, fake } = harness();
  fake.add(['a']);
  fake.change(1, { status: 'completed' });
  const response = await http.request(EVENTS, { headers: { 'Last-Event-ID': '2' } });
  assert.equal(response.status, 204);
  await fake.left();
});

test('a deleted batch ends its watchers', async () => {
  const { http, fake } = harness();
  fake.add(['a']);
  const events = await open(http);
  await take(events);
  fake.change(1, { status: 'deleting', unfinished: { kind: 'delete' } });
  const last = await take(events);
  assert.deepEqual([last.name, dataOf(last).status], ['deleted', 'deleted']);
  assert.equal((await events.next()).done, true);
});

test('a snapshot older than what was seen is not sent, and ids never go down', async () => {
  const { http, fake } = harness();
  fake.add(['a']);
  const events = await open(http, EVENTS, '5');
  fake.change(1, { version: 4 });
  fake.change(1, { version: 6 });
  assert.equal((await take(events)).id, '6');
  fake.change(1, { version: 3, status: 'completed' });
  assert.deepEqual(await take(events).then(({ id, name }) => [id, name]), ['6', 'complete']);
});

test('who reads late gets the newest state, not every one', async () => {
  const { http, fake } = harness();
  fake.add(['a']);
  const events = await open(http);
  await take(events);
  for (let n = 0; n < 1_000; n += 1) fake.change(1, {});
  const reached = Promise.withResolvers<void>();
  setImmediate(reached.resolve);
  await reached.promise;
  assert.equal((await take(events)).id, '1001');
  await events.return(undefined);
  await fake.left();
});

test('several batches share a stream, whose ids say how far each was seen', async () => {
  const { http, fake } = harness();
  fake.add(['a']);
  fake.add(['b']);
  const path = '/api/v1/events?batches=bat_1,bat_2';
  const events = await open(http, path);
  const seen = [await take(events), await take(events)];
  assert.deepEqual(seen.map((event) => dataOf(event).id).toSorted(), ['bat_1', 'bat_2']);
  fake.change(1, { status: 'completed' });
  const end = await take(events);
  assert.deepEqual([end.name, end.id], ['complete', 'bat_1=2,bat_2=1']);
  await events.return(undefined);
  const again = await open(http, path, end.id);
  fake.change(2, { status: 'completed' });
  const rest: string[] = [];
  for await (const event of again) rest.push(`${dataOf(event).id} ${event.name}`);
  assert.deepEqual(rest, ['bat_2 progress', 'bat_2 complete']);
  const response = await http.request(path, { headers: { 'Last-Event-ID': 'bat_1=2,bat_2=2' } });
  assert.equal(response.status, 204);
});

test('a batch that is not there is a plain 404', async () => {
  const { http, fake } = harness();
  fake.add(['a']);
  assert.equal((await http.request('/api/v1/batches/bat_9/events')).status, 404);
  assert.equal((await http.request('/api/v1/events?batches=bat_1,bat_9')).status, 404);
  await fake.left();
});

test('a quiet stream is kept alive by comments', async () => {
  const { http, fake } = harness({ heartbeatMs: 5 });
  fake.add(['a']);
  const response = await http.request(EVENTS);
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  await reader.read();
  assert.match(new TextDecoder().decode((await reader.read()).value), /^: /);
  await reader.cancel();
});

test('a client that goes away is forgotten, also one that never read', async () => {
  await using at = await listen();
  at.fake.add(['a']);
  const socket = connect(at.port, '127.0.0.1');
  socket.write(`GET ${EVENTS} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
  await once(socket, 'data');
  assert.equal(at.fake.watchers, 1);
  socket.destroy();
  await at.fake.left();
});
