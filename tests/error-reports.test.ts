import assert from 'node:assert/strict';
import { once } from 'node:events';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, test } from 'node:test';
import { Envelopes } from './support/envelopes.ts';
import { startServerProcess, temporaryFolder } from './support/server.ts';
import type { ServerProcess } from './support/server.ts';

const PROGRAM = new URL('./support/crashing-program.js', import.meta.url).pathname;
const KEY = 'the-admin-key-of-this-server-1234567890';

const folder = temporaryFolder();
let envelopes: Envelopes;
let server: ServerProcess;

before(async () => {
  envelopes = await Envelopes.open();
  const environment = {
    SENTRY_DSN: envelopes.dsn,
    SENTRY_ENVIRONMENT: 'staging',
    PREHEAT_ADMIN_KEY: KEY,
    PREHEAT_RETRY_BASE_MS: '5',
  };
  server = await startServerProcess(folder.path, environment, PROGRAM);
});
after(async () => {
  await server.stop();
  await envelopes[Symbol.asyncDispose]();
  folder.remove();
});

const called = (method: string, path: string, body?: unknown): Promise<Response> =>
  fetch(`${server.url}/api/v1${path}`, {
    method,
    headers: { Authorization: `Bearer ${KEY}`, 'Content-Type': 'application/json', 'X-Request-Id': 'r-1' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

/** Takes a table away from under the server, which nobody would do. */
function dropTable(name: string): void {
  const db = new DatabaseSync(join(folder.path, 'preheat.db'), { timeout: 10_000 });
  db.exec(`drop table ${name}`);
  db.close();
}

test('a request that breaks is reported with its request id, once; one that is refused is not', async () => {
  assert.equal((await called('GET', '/batches/bat_zzz')).status, 404);
  assert.equal((await called('POST', '/batches', { workload: 'none' })).status, 400);
  dropTable('schedules');
  assert.equal((await called('GET', '/schedules?limit=7')).status, 500);
  assert.equal((await called('GET', '/schedules?limit=7')).status, 500);
  const event = await envelopes.heard('request');
  const { requestId, route, status, method } = event.tags;
  assert.deepEqual([requestId, route, status, method], ['r-1', '/api/v1/schedules', 500, 'GET']);
  assert.deepEqual([event.environment, event.level], ['staging', 'error']);
  assert.match(event.release, /^preheat@\d/);
  const [error] = event.exception.values;
  assert.match(error?.value ?? '', /no such table: schedules/);
  assert.ok(error?.stacktrace?.frames.some(({ filename }) => filename?.includes('src/')));
});

test('an item that breaks is reported with its batch', async () => {
  dropTable('flights');
  const made = await called('POST', '/batches', {
    workload: 'answers',
    items: ['Who has a secret question?'],
    maxAttempts: 1,
  });
  const { id } = (await made.json()) as { id: string };
  const event = await envelopes.heard('item_broke');
  assert.deepEqual([event.tags['batch'], event.tags['requestId']], [id, 'r-1']);
});

test('a crash is reported before the process ends', async () => {
  const ended = once(server.process, 'exit');
  server.process.kill('SIGUSR2');
  const event = await envelopes.heard('process_crashed');
  assert.equal(event.exception.values[0]?.type, 'TypeError');
  assert.equal(event.exception.values[0]?.value, 'It fell over [struck out] in hand.');
  assert.deepEqual(await ended, [1, null]);
});

test('no question, key or header is in a report', () => {
  assert.deepEqual(envelopes.refused, []);
  const events = envelopes.events.map(({ tags }) => tags['event']);
  assert.deepEqual(events, ['request', 'item_broke', 'process_crashed']);
  for (const text of ['secret question', KEY, 'Authorization', 'limit=7']) {
    assert.equal(envelopes.text.includes(text), false, text);
  }
});
