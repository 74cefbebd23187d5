import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Problem } from '../sdk/wire/index.ts';
import { harness, post } from './support/http.ts';

const BATCHES = '/api/v1/batches';
const KEY = { 'Idempotency-Key': 'one' };
const BODY = { workload: 'answers', items: ['a'] };

function upload(text: string): RequestInit {
  const body = new FormData();
  body.append('workload', 'answers');
  body.append('file', new Blob([text]), 'a.txt');
  return { method: 'POST', body, headers: KEY };
}

test('the same key with the same input creates once and replays the response', async () => {
  const { http, fake } = harness();
  const first = await http.request(BATCHES, post(BODY, KEY));
  const second = await http.request(BATCHES, post(BODY, KEY));
  assert.equal(second.status, 201);
  assert.equal(second.headers.get('idempotent-replayed'), 'true');
  assert.equal(second.headers.get('location'), first.headers.get('location'));
  assert.equal(await second.text(), await first.text());
  assert.equal(fake.batches.size, 1);
});

test('the same key with another input is refused', async () => {
  const { http, fake } = harness();
  await http.request(BATCHES, post(BODY, KEY));
  const response = await http.request(BATCHES, post({ ...BODY, items: ['b'] }, KEY));
  assert.equal(response.status, 422);
  assert.equal(((await response.json()) as Problem).code, 'idempotency_mismatch');
  assert.equal(fake.batches.size, 1);
});

test('while the first still runs, the second is told when to come back', async () => {
  const { http, fake } = harness();
  const gate = Promise.withResolvers<void>();
  fake.gate = gate.promise;
  const first = http.request(BATCHES, post(BODY, KEY));
  const second = await http.request(BATCHES, post(BODY, KEY));
  assert.equal(second.status, 409);
  assert.equal(second.headers.get('retry-after'), '1');
  gate.resolve();
  assert.equal((await first).status, 201);
});

test('a refused request gives its key back to the corrected one', async () => {
  const { http } = harness();
  assert.equal((await http.request(BATCHES, post({ ...BODY, workload: 'unknown' }, KEY))).status, 422);
  assert.equal((await http.request(BATCHES, post(BODY, KEY))).status, 201);
});

test('an upload is the same upload under another boundary', async () => {
  const { http, fake } = harness();
  await http.request(`${BATCHES}/upload`, upload('a\nb\n'));
  const again = await http.request(`${BATCHES}/upload`, upload('a\nb\n'));
  assert.equal(again.headers.get('idempotent-replayed'), 'true');
  assert.equal((await http.request(`${BATCHES}/upload`, upload('a\nc\n'))).status, 422);
  assert.equal(fake.batches.size, 1);
});

test('a key that is no key is refused', async () => {
  const { http } = harness();
  const response = await http.request(BATCHES, post(BODY, { 'Idempotency-Key': 'a'.repeat(300) }));
  assert.equal(((await response.json()) as Problem).code, 'invalid_idempotency_key');
});
