import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import type { Reach, Resolve } from './guarded-connect.ts';
import { Http } from './http.ts';
import { isPublic } from './public-address.ts';

const SETTINGS = { userAgent: 'x', trustedOrigins: [], timeoutMs: 60_000, maxBytes: 1_000 };

test('nothing leads into this machine or its network, however it is written', async (t) => {
  const { port, reached } = await listen(t);
  // What names of the kind of 127.0.0.1.nip.io say.
  const resolve: Resolve = (host, done) =>
    done(null, [
      {
        address: host.replace('.nip.example', '').replaceAll('--', ':'),
        family: host.includes('--') ? 6 : 4,
      },
    ]);
  const http = open(t, { resolve });
  const hosts = [
    '127.0.0.1',
    'localhost',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::7f00:1]',
    '[64:ff9b::7f00:1]',
    '[64:ff9b:1::7f00:1]',
    '[2002:7f00:1::]',
    '0.0.0.0',
    '[::]',
    '2130706433',
    '0x7f.1',
    '0x7f000001',
    '017700000001',
    '0177.0.0.1',
    '127.1',
    '127。0。0。1',
    '127.0.0.1.nip.example',
    '10.1.2.3.nip.example',
    '169.254.169.254.nip.example',
    '100.64.0.1.nip.example',
    '224.0.0.1.nip.example',
    '--ffff--127.0.0.1.nip.example',
  ];
  for (const host of hosts)
    for (const method of ['GET', 'POST'] as const)
      await assert.rejects(
        http.open({ method, url: new URL(`http://${host}:${port}/`), signal: AbortSignal.timeout(120_000) }),
        { isRefused: true },
        host,
      );
  for (const url of ['file:///etc/passwd', 'ftp://example.org/', `http://user:secret@127.0.0.1:${port}/`])
    await assert.rejects(http.get(new URL(url), AbortSignal.timeout(120_000)), { isRefused: true }, url);
  assert.equal(reached(), 0);
});

test('a name that says something else at each look-up leads nowhere but to the address that was checked', async (t) => {
  const { port, reached } = await listen(t);
  const asked: string[] = [];
  // Nobody's, then one of the open network beside this machine (a client might take the other), then this machine, then none.
  const answers = [['203.0.113.9'], ['1.1.1.1', '127.0.0.1'], ['127.0.0.1'], []];
  const resolve: Resolve = (host, done) => {
    asked.push(host);
    done(
      null,
      (answers[asked.length - 1] ?? []).map((address) => ({ address, family: 4 })),
    );
  };
  const http = open(t, { resolve });
  for (let call = 1; call <= answers.length; call += 1) {
    await assert.rejects(http.get(new URL(`http://flip.example:${port}/`), AbortSignal.timeout(120_000)), {
      isRefused: true,
    });
    assert.equal(asked.length, call, 'a call looks a name up once');
  }
  assert.equal(reached(), 0);
});

test('an address that was allowed is connected to as it was checked, whatever the name says next', async (t) => {
  const { port, reached } = await listen(t, '127.0.0.1');
  let looks = 0;
  const resolve: Resolve = (_, done) => {
    looks += 1;
    done(null, [{ address: looks === 1 ? '127.0.0.1' : '127.0.0.2', family: 4 }]);
  };
  const http = open(t, { resolve, allowed: ['127.0.0.1'] });
  const url = new URL(`http://inside.example:${port}/`);
  const { status } = await http.get(url, AbortSignal.timeout(120_000));
  assert.deepEqual([status, looks, reached()], [200, 1, 1]);
  const other = open(t, { resolve, allowed: ['10.0.0.0/8', 'fd00::/8', '::1'] });
  await assert.rejects(other.get(url, AbortSignal.timeout(120_000)), { isRefused: true });
});

test('a redirect is checked like the first address, and one to this machine is not followed', async (t) => {
  const inside = await listen(t, '::1');
  const gate = await listen(t, '127.0.0.1', (path) => {
    const to: Record<string, string> = {
      '/in': `http://[::1]:${inside.port}/`,
      '/mapped': `http://[::ffff:7f00:2]:${inside.port}/`,
      '/decimal': `http://2130706434:${inside.port}/`,
      '/file': 'file:///etc/passwd',
      '/secret': `http://me:secret@[::1]:${inside.port}/`,
      '/twice': '/in',
      '/round': '/round',
      '/none': '',
    };
    return to[path] ?? null;
  });
  const http = open(t, { allowed: ['127.0.0.1'] });
  const call = (path: string, redirects: number) =>
    http.open({
      method: 'GET',
      url: new URL(path, `http://127.0.0.1:${gate.port}`),
      signal: AbortSignal.timeout(120_000),
      redirects,
    });
  for (const path of ['/in', '/mapped', '/decimal', '/file', '/secret', '/twice', '/round'])
    await assert.rejects(call(path, 5), { isRefused: true }, path);
  const handed = await call('/in', 0);
  handed.letGo();
  assert.equal(handed.status, 302);
  assert.equal(inside.reached(), 0);
});

test('a body is read up to its bound and no further', async (t) => {
  const { port } = await listen(t, '127.0.0.1', () => null, 'x'.repeat(5_000));
  const http = open(t, { allowed: ['127.0.0.1'] });
  await assert.rejects(http.get(new URL(`http://127.0.0.1:${port}/`), AbortSignal.timeout(120_000)), {
    name: 'HttpCallError',
    isRefused: false,
  });
});

function open(t: TestContext, reach: Partial<Reach>): Http {
  const http = new Http({ ...SETTINGS, ...reach });
  t.after(() => http.close());
  return http;
}

/** A server that counts who comes, and sends them on where `to` says so. */
async function listen(
  t: TestContext,
  host?: string,
  to: (path: string) => string | null = () => null,
  body = '{"ok":true}',
): Promise<{ readonly port: number; readonly reached: () => number }> {
  let reached = 0;
  const server = createServer((request, response) => {
    reached += 1;
    const next = to(request.url ?? '');
    if (next !== null) response.writeHead(302, { location: next });
    response.end(body);
  });
  server.listen(0, host);
  await once(server, 'listening');
  t.after(() => server.close());
  return { port: (server.address() as AddressInfo).port, reached: () => reached };
}

test('an origin that a setting names may be on this machine, another port of it not', async (t) => {
  const server = createServer((_, response) => response.end('{"ok":true}'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const http = new Http({ ...SETTINGS, trustedOrigins: [`http://127.0.0.1:${port}`] });
  t.after(async () => {
    server.close();
    await http.close();
  });
  const { status, body } = await http.get(
    new URL(`http://127.0.0.1:${port}/x`),
    AbortSignal.timeout(120_000),
  );
  assert.deepEqual([status, body], [200, '{"ok":true}']);
  await assert.rejects(http.get(new URL(`http://127.0.0.1:${port + 1}/`), AbortSignal.timeout(120_000)), {
    isRefused: true,
  });
});

test('only addresses of the open network are public', () => {
  for (const address of [
    '10.0.0.1',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '127.0.0.1',
    '0.0.0.0',
    '::1',
    '::7f00:1',
    '4000::1',
    '198.18.0.1',
    '224.0.0.1',
    '64:ff9b:1::1',
    'fec0::1',
    'fe80::1',
    'fc00::1',
    '::ffff:10.0.0.1',
    '64:ff9b::a00:1',
    '2002:a00:1::',
    'x',
  ])
    assert.ok(!isPublic(address), address);
  for (const address of ['1.1.1.1', '207.241.224.2', '2606:4700::1111'])
    assert.ok(isPublic(address), address);
});
