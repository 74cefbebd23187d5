import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import type { Harness } from './support/http.ts';
import { harness, listen, post, serve } from './support/http.ts';

const ASK = '/api/v1/ask';
const KEY = 'a-key';
const WITH_KEY = { Authorization: `Bearer ${KEY}`, 'X-Request-Id': 'r-1' };
const QUESTION = { question: 'Wie viele Tage Urlaub – und für wen? 🏖' };

const REQUESTS: readonly [title: string, init: RequestInit][] = [
  ['a question', post(QUESTION, WITH_KEY)],
  ['what breaks inside', post({ question: 'break' }, WITH_KEY)],
  ['no key', post(QUESTION, { 'X-Request-Id': 'r-1' })],
  ['a wrong key', post(QUESTION, { ...WITH_KEY, Authorization: 'Bearer other' })],
  ['another origin', post(QUESTION, { ...WITH_KEY, Origin: 'http://elsewhere.example' })],
  ['an unknown project', post(QUESTION, { ...WITH_KEY, 'Preheat-Project': 'nobody' })],
  ['broken JSON', post('{"question": ', WITH_KEY)],
  ['no body', post('', WITH_KEY)],
  ['a field too many', post({ ...QUESTION, other: 1 }, WITH_KEY)],
  ['a wrong content type', post(QUESTION, { ...WITH_KEY, 'Content-Type': 'text/plain' })],
];

for (const [title, init] of REQUESTS) {
  test(`${title}: the same reply and log line straight from Node as by web requests`, async () => {
    const byWeb = harness({ adminKey: KEY });
    const web = await shown(await byWeb.http.request(ASK, init));
    await using direct = await serve(harness({ adminKey: KEY }));
    const node = await shown(await fetch(direct.url + ASK, init));
    assert.deepEqual(node, web);
    assert.deepEqual(linesOf(direct), linesOf(byWeb));
  });
}

async function shown(response: Response): Promise<unknown> {
  const headers = Object.fromEntries(response.headers);
  // What Node adds to either.
  for (const name of ['content-length', 'connection', 'keep-alive', 'date']) delete headers[name];
  return { status: response.status, headers, body: await response.text() };
}

function linesOf({ log }: Harness): unknown {
  return log.map(({ tookMs, ...line }) => ({ ...line, isTimed: tookMs >= 0 }));
}

test('a body in pieces, and one of no announced length, are read to their ends', async () => {
  await using at = await listen();
  const text = JSON.stringify(QUESTION);
  const socket = connect(at.port, '127.0.0.1');
  socket.write(`${head(`Content-Length: ${Buffer.byteLength(text)}`)}${text.slice(0, 10)}`);
  await once(at.server, 'request');
  socket.write(text.slice(10));
  const [reply] = (await once(socket, 'data')) as [Buffer];
  assert.match(reply.toString(), /^HTTP\/1\.1 200 /);
  socket.destroy();
  const init = { method: 'POST', body: new Blob([text]).stream(), duplex: 'half' } as RequestInit;
  const headers = { 'Content-Type': 'application/json' };
  assert.equal((await fetch(at.url + ASK, { ...init, headers })).status, 200);
  assert.deepEqual(at.fake.asked, [QUESTION.question, QUESTION.question]);
});

test('a caller that hangs up in mid body is refused, and is no failure of the server', async () => {
  const logged = Promise.withResolvers<{ status: number; code?: string }>();
  await using at = await listen({ log: logged.resolve });
  const socket = connect(at.port, '127.0.0.1');
  socket.write(`${head('Content-Length: 100')}{"question"`);
  await once(at.server, 'request');
  socket.destroy();
  const { status, code } = await logged.promise;
  assert.deepEqual({ status, code }, { status: 400, code: 'body_interrupted' });
});

test('a caller that hangs up while it waits fires the signal', async () => {
  const built = harness();
  const waiting = Promise.withResolvers<AbortSignal>();
  built.fake.asking = (caller) => {
    waiting.resolve(caller.signal);
    return once(caller.signal, 'abort');
  };
  await using at = await serve(built);
  const hangUp = new AbortController();
  const asked = fetch(at.url + ASK, { ...post(QUESTION), signal: hangUp.signal });
  const signal = await waiting.promise;
  assert.equal(signal.aborted, false);
  hangUp.abort();
  await assert.rejects(asked);
  if (!signal.aborted) await once(signal, 'abort');
  assert.equal(signal.reason.name, 'AbortError');
});

function head(length: string): string {
  return `POST ${ASK} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n${length}\r\n\r\n`;
}
