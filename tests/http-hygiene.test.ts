import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startServerProcess, temporaryFolder } from './support/server.ts';

const APP = 'https://app.example.com';

interface Answer {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
}

test(
  'pages that may call do so with a key and no cookie, streams of a key are bounded, and what is deleted is overwritten',
  { timeout: 240_000 },
  async () => {
    const folder = temporaryFolder();
    const server = await startServerProcess(folder.path, {
      PREHEAT_ADMIN_KEY: 'the key of the settings',
      PREHEAT_CORS_ORIGINS: APP,
      PREHEAT_MAX_STREAMS: '2',
      PREHEAT_SECURE_DELETE: 'on',
    });
    const send = (path: string, init: RequestInit = {}) => fetch(`${server.url}/api/v1${path}`, init);
    const key = { 'Preheat-Key': 'the key of the settings' };
    const batch = {
      method: 'POST',
      body: JSON.stringify({ workload: 'answers', items: ['Zanzibar?', 'Two?'], paceMs: 3_600_000 }),
    };
    const typed = { ...key, 'Content-Type': 'application/json' };
    try {
      const asked = { Origin: APP, 'Access-Control-Request-Method': 'POST' };
      const before = await send('/batches', { method: 'OPTIONS', headers: asked });
      assert.equal(before.status, 204);
      assert.equal(before.headers.get('access-control-allow-origin'), APP);
      assert.match(before.headers.get('access-control-allow-headers') ?? '', /Preheat-Key/);
      assert.equal(before.headers.get('access-control-allow-credentials'), null);
      const stranger = { ...asked, Origin: 'https://evil.example.com' };
      const refused = await send('/batches', { method: 'OPTIONS', headers: stranger });
      assert.equal(refused.headers.get('access-control-allow-origin'), null);

      const made = await send('/batches', { ...batch, headers: { ...typed, Origin: APP } });
      assert.equal(made.status, 201);
      assert.equal(made.headers.get('access-control-allow-origin'), APP);
      assert.equal(made.headers.get('vary'), 'Origin');
      const { id } = (await made.json()) as { id: string };
      const evil = { ...typed, Origin: 'https://evil.example.com' };
      assert.equal((await send('/batches', { ...batch, headers: evil })).status, 403);
      const keyless = { ...typed, 'Preheat-Key': '', Origin: APP };
      const shown = await send('/batches', { ...batch, headers: keyless });
      assert.deepEqual([shown.status, shown.headers.get('access-control-allow-origin')], [401, APP]);
      const signedIn = await send('/session', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Origin: server.url },
        body: JSON.stringify({ key: key['Preheat-Key'] }),
      });
      const cookie = (signedIn.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
      const own = { 'Content-Type': 'application/json', Cookie: cookie, Origin: server.url };
      assert.equal((await send('/batches', { ...batch, headers: own })).status, 201);
      assert.equal((await send('/batches', { ...batch, headers: { ...own, Origin: APP } })).status, 403);

      const streams = [new AbortController(), new AbortController()];
      const watch = (signal?: AbortSignal) =>
        send(`/batches/${id}/events`, { headers: key, ...(signal === undefined ? {} : { signal }) });
      for (const { signal } of streams) assert.equal((await watch(signal)).status, 200);
      const third = await watch();
      assert.deepEqual([third.status, third.headers.get('retry-after')], [429, '5']);
      assert.equal(((await third.json()) as { code: string }).code, 'too_many_streams');
      const ask = (question: string) =>
        send('/ask', {
          method: 'POST',
          headers: { ...key, 'Content-Type': 'application/json' },
          body: JSON.stringify({ question, mode: 'stream' }),
        });
      assert.equal((await ask('Is there room for a stream?')).status, 429, 'an ask that is streamed is one');
      streams[0]?.abort();
      const again = new AbortController();
      let status = 429;
      while (status === 429) ({ status } = await watch(again.signal));
      assert.equal(status, 200);
      again.abort();
      let streamed = await ask('Is there room again?');
      while (streamed.status === 429) streamed = await ask('Is there room again?');
      for (const question of ['And again?', 'And once more?']) {
        assert.match(await streamed.text(), /event: answer/);
        streamed = await ask(question);
        assert.equal(streamed.status, 200, 'what was read to its end has given back its place');
      }
      await streamed.text();

      for (const { id: each } of (
        (await (await send('/batches', { headers: key })).json()) as { items: { id: string }[] }
      ).items)
        await send(`/batches/${each}`, { method: 'DELETE', headers: key });
      for (const path of ['/answers?all=true', '/answers/misses?all=true'])
        await send(path, { method: 'DELETE', headers: key });
      // Rows go in small steps, behind the reply.
      while (itemsIn(folder.path) > 0) await sleep(20);
      await server.stop();
      const left = readdirSync(folder.path)
        .filter((name) => name.startsWith('preheat.db'))
        .map((name) => readFileSync(join(folder.path, name), 'latin1'));
      assert.ok(!left.some((text) => text.includes('Zanzibar')));
    } finally {
      await server.stop('SIGKILL');
      folder.remove();
    }
  },
);

test(
  'a server listens on a Unix socket, also on one that a killed server left behind',
  { timeout: 240_000 },
  async () => {
    const folder = temporaryFolder();
    const socketPath = join(folder.path, 's.sock');
    const ask = () =>
      new Promise<Answer>((resolve, reject) => {
        request({ socketPath, path: '/health/live', headers: { Host: 'localhost' } }, (response) => {
          response.resume();
          resolve({ status: response.statusCode, headers: response.headers });
        })
          .on('error', reject)
          .end();
      });
    let server = await startServerProcess(folder.path, { PREHEAT_SOCKET: socketPath });
    try {
      assert.equal((await ask()).status, 200);
      await server.stop('SIGKILL');
      server = await startServerProcess(folder.path, { PREHEAT_SOCKET: socketPath });
      assert.equal((await ask()).status, 200);
      assert.equal(await server.stop(), 0);
    } finally {
      await server.stop('SIGKILL');
      folder.remove();
    }
  },
);

function itemsIn(folder: string): number {
  const db = new DatabaseSync(join(folder, 'preheat.db'), { readOnly: true, timeout: 5_000 });
  const row = db.prepare('select count(*) as n from items').get();
  db.close();
  return Number(row?.['n']);
}
