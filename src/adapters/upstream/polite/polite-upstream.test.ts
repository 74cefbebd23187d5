import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { Http } from '#clients/http.ts';
import type { Limiter } from '#ports/limiter.ts';
import type { KeptResponse } from '#ports/store/records.ts';
import type { UpstreamCall } from '#ports/upstream.ts';
import { PoliteUpstream } from './polite-upstream.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

interface Stage {
  readonly upstream: PoliteUpstream;
  readonly paths: string[];
  readonly holds: number[];
  readonly time: { now: number };
}

/** The real client against a real server; the clock and the limiter are the test's. */
async function stage(t: TestContext, handle: Handler, timeoutMs = 60_000): Promise<Stage> {
  const paths: string[] = [];
  const server = createServer((request, response) => {
    paths.push(request.url ?? '');
    handle(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const http = new Http({ userAgent: 'x', trustedOrigins: [baseUrl], timeoutMs, maxBytes: 10_000 });
  const time = { now: 1_000_000 };
  const holds: number[] = [];
  const limiter: Limiter = {
    take: () => Promise.resolve({ done: () => undefined }),
    hold: (_, until) => void holds.push(until),
    heldUntil: () => {
      const until = holds.at(-1) ?? 0;
      return until > time.now ? until : 0;
    },
  };
  const kept = new Map<string, KeptResponse>();
  const responses = {
    find: (projectId: number, key: string) => Promise.resolve(kept.get(`${projectId} ${key}`) ?? null),
    put: (projectId: number, key: string, response: KeptResponse) =>
      Promise.resolve(void kept.set(`${projectId} ${key}`, response)),
  };
  const settings = {
    title: 'The source',
    baseUrl,
    limit: { name: 's', calls: 3, windowMs: 1_000 },
    keptMs: 1,
    remedy: 'Look at PREHEAT_CATALOGUE_CONTACT.',
    breakMs: 30_000,
  };
  t.after(async () => {
    server.closeAllConnections();
    server.close();
    await http.close();
  });
  return {
    upstream: new PoliteUpstream(settings, { http, limiter, responses, clock: () => time.now }),
    paths,
    holds,
    time,
  };
}

function call(changes: Partial<UpstreamCall> = {}): UpstreamCall {
  const spending = { calls: 0, saved: 0 };
  return { projectId: 1, signal: AbortSignal.timeout(120_000), isUrgent: false, spending, ...changes };
}

test('what was answered is not asked again, by the same project', async (t) => {
  const { upstream, paths } = await stage(t, (_, response) => response.end('{"a":1}'));
  assert.deepEqual(await upstream.get('/x', call()), { status: 200, value: { a: 1 } });
  const second = call();
  assert.deepEqual(await upstream.get('/x', second), { status: 200, value: { a: 1 } });
  assert.deepEqual(second.spending, { calls: 0, saved: 1 });
  await upstream.get('/x', call({ projectId: 2 }));
  assert.deepEqual(paths, ['/x', '/x']);
});

test('what two ask at once is asked once, and one hang-up takes nothing from the other', async (t) => {
  let answer: () => void = () => undefined;
  const { upstream, paths } = await stage(t, (_, response) => {
    answer = () => response.end('[]');
    stop.abort(new Error('gone'));
  });
  const stop = new AbortController();
  const first = upstream.get('/x', call({ signal: stop.signal }));
  const second = upstream.get('/x', call());
  await assert.rejects(first, /gone/);
  answer();
  assert.deepEqual(await second, { status: 200, value: [] });
  assert.deepEqual(paths, ['/x']);
});

test('Retry-After holds every call until then, in seconds or as a date', async (t) => {
  let header = '120';
  const { upstream, holds, time, paths } = await stage(t, (_, response) =>
    response.writeHead(429, { 'Retry-After': header }).end('{}'),
  );
  await assert.rejects(upstream.get('/x', call()), { code: 'source_limited', retryAfterSeconds: 120 });
  assert.deepEqual(holds, [time.now + 120_000]);
  await assert.rejects(upstream.get('/y', call()), { code: 'source_closed' });
  assert.deepEqual(paths, ['/x']);
  time.now += 120_000;
  header = new Date(time.now + 60_000).toUTCString();
  await assert.rejects(upstream.get('/y', call()), { code: 'source_limited' });
  assert.ok(Math.abs(Number(holds.at(-1)) - time.now - 60_000) <= 1_000);
});

test('refusals without a time are waited out longer each time', async (t) => {
  const { upstream, holds, time } = await stage(t, (_, response) => response.writeHead(429).end('{}'));
  for (let i = 0; i < 3; i += 1) {
    await assert.rejects(upstream.get('/x', call()), { kind: 'limited' });
    time.now = Number(holds.at(-1)) + 1;
  }
  assert.deepEqual(
    holds.map((until, i) => until - (holds[i - 1] ?? 999_999) - 1),
    [2_000, 4_000, 8_000],
  );
});

test('who is turned away for not saying who they are is told what to set', async (t) => {
  const { upstream } = await stage(t, (_, response) => response.writeHead(403).end('{}'));
  await assert.rejects(upstream.get('/x', call()), { kind: 'limited', message: /PREHEAT_CATALOGUE_CONTACT/ });
});

test('a source that fails time after time is left alone for a while', async (t) => {
  const { upstream, paths } = await stage(t, (_, response) => response.writeHead(500).end());
  for (let i = 0; i < 5; i += 1)
    await assert.rejects(upstream.get(`/${i}`, call()), { code: 'source_failed' });
  await assert.rejects(upstream.get('/6', call()), { code: 'source_closed', retryAfterSeconds: 30 });
  assert.equal(paths.length, 5);
  assert.ok(upstream.closedUntil() > 0);
});

test('redirects are followed to the same place only, and each is a call', async (t) => {
  const { upstream, paths } = await stage(t, (request, response) => {
    if (request.url === '/old') response.writeHead(301, { Location: '/new' }).end();
    else if (request.url === '/away')
      response.writeHead(302, { Location: 'http://169.254.169.254/meta' }).end();
    else if (request.url === '/round') response.writeHead(302, { Location: '/round' }).end();
    else response.end('{"n":1}');
  });
  const following = call();
  assert.deepEqual(await upstream.get('/old', following), { status: 200, value: { n: 1 } });
  assert.equal(following.spending.calls, 2);
  await assert.rejects(upstream.get('/away', call()), {
    code: 'source_failed',
    message: /169\.254\.169\.254/,
  });
  await assert.rejects(upstream.get('/round', call()), { message: /more than 5 times/ });
  assert.equal(paths.filter((path) => path === '/round').length, 6);
});

test('an answer that breaks off, comes too late, is too long or is no JSON is a failure, and is not kept', async (t) => {
  let isWell = false;
  const answer: Handler = (request, response) => {
    if (isWell) response.end('{}');
    else if (request.url === '/cut')
      response.writeHead(200, { 'Content-Length': '100' }).write('{"a":', () => response.destroy());
    else if (request.url === '/long') response.end(JSON.stringify('x'.repeat(20_000)));
    else if (request.url === '/half') response.end('{"a":');
  };
  const { upstream } = await stage(t, answer);
  for (const path of ['/cut', '/long', '/half'])
    await assert.rejects(upstream.get(path, call()), { code: 'source_failed' }, path);
  const hasty = (await stage(t, answer, 300)).upstream;
  await assert.rejects(hasty.get('/late', call()), { code: 'source_failed' });
  isWell = true;
  for (const path of ['/cut', '/long', '/half'])
    assert.deepEqual(await upstream.get(path, call()), { status: 200, value: {} });
});

test('statuses that are answers come back as such; others are refused for good', async (t) => {
  const { upstream } = await stage(t, (_, response) => response.writeHead(404).end('{}'));
  assert.equal((await upstream.get('/x', call({ answers: [404] }))).status, 404);
  await assert.rejects(upstream.get('/y', call()), { kind: 'refused', code: 'source_rejected' });
});
