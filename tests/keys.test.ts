import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { PreheatClient } from '#sdk/index.ts';
import type { CreateKey, Scope } from '#sdk/index.ts';
import { startServerProcess, temporaryFolder } from './support/server.ts';
import type { ServerProcess } from './support/server.ts';

const ADMIN_KEY = 'the key of the settings';
const PROXY = '127.0.0.1';

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly scope: Scope | 'open' | 'any';
  readonly reach: 'project' | 'server' | 'any';
}

describe('keys', () => {
  const folder = temporaryFolder();
  let server: ServerProcess;
  let admin: PreheatClient;
  before(async () => {
    server = await startServerProcess(folder.path, {
      PREHEAT_ADMIN_KEY: ADMIN_KEY,
      PREHEAT_TRUSTED_PROXIES: PROXY,
    });
    admin = clientOf(ADMIN_KEY);
    await admin.projects.create('north');
    await admin.projects.create('south');
  });
  after(async () => {
    await server.stop();
    folder.remove();
  });

  const clientOf = (apiKey: string, project?: string): PreheatClient =>
    new PreheatClient({ baseUrl: server.url, apiKey, project, retries: 0 });
  const make = (changes: Partial<CreateKey> = {}) =>
    admin.keys.create({ name: 'test', scopes: ['read'], ...changes });
  const send = (path: string, init: RequestInit = {}) => fetch(server.url + path, init);
  const bearer = (key: string, more: Record<string, string> = {}) => ({
    headers: { Authorization: `Bearer ${key}`, ...more },
  });

  async function operations(): Promise<readonly Operation[]> {
    const { paths } = (await (await send('/api/v1/openapi.json')).json()) as {
      paths: Record<string, Record<string, Record<string, string>>>;
    };
    return Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, about]) => ({
        method: method.toUpperCase(),
        path: path.replaceAll(/\{\w+\}/g, 'zzz_zzz'),
        scope: about['x-preheat-scope'] as Operation['scope'],
        reach: about['x-preheat-reach'] as Operation['reach'],
      })),
    );
  }

  async function outcome(operation: Operation, init: RequestInit): Promise<string> {
    const response = await send(operation.path, { ...init, method: operation.method });
    const text = response.status === 403 || response.status === 401 ? await response.text() : '';
    await response.body?.cancel().catch(() => undefined);
    return text === '' ? 'in' : codeIn(JSON.parse(text) as Refusal);
  }

  type Refusal = { readonly code?: string; readonly error?: { readonly code: string } };
  /** Below /v1 errors are OpenAI's. */
  const codeIn = ({ code, error }: Refusal): string => code ?? error?.code ?? 'none';

  test('each operation lets in the scopes it names, and no others', async () => {
    const all = await operations();
    assert.ok(all.length > 40, `${all.length} operations`);
    for (const operation of all) {
      const nobody = await outcome(operation, {});
      assert.equal(
        nobody,
        operation.scope === 'open' ? 'in' : 'key_missing',
        `${operation.path} without a key`,
      );
    }
    for (const scopes of [['read'], ['ask'], ['warm'], ['ingest'], ['admin']] as const) {
      const { key } = await make({ scopes: [...scopes] });
      for (const operation of all) {
        const expected = isLetIn(operation, scopes[0]) ? 'in' : 'scope_missing';
        const what = `${operation.method} ${operation.path} with ${scopes[0]}`;
        if (operation.method !== 'DELETE' || expected !== 'in')
          assert.equal(await outcome(operation, bearer(key)), expected, what);
      }
    }
  });

  test('a key of one project finds nothing of another, and nothing of the server', async () => {
    const { key } = await make({ project: 'north', scopes: ['admin'] });
    for (const operation of await operations()) {
      const headers = { 'Preheat-Project': 'south' };
      const said = await send(operation.path, { ...bearer(key, headers), method: operation.method });
      if (operation.scope === 'open' || operation.reach === 'any') continue;
      const code = codeIn((await said.json()) as Refusal);
      const expected = operation.reach === 'server' ? 'server_key_needed' : 'unknown_project';
      assert.equal(code, expected, `${operation.method} ${operation.path}`);
    }
    const { items } = await clientOf(key).projects.list();
    assert.deepEqual(
      items.map(({ name }) => name),
      ['north'],
    );
    await assert.rejects(clientOf(key).keys.create({ name: 'more', scopes: ['admin'] }), {
      code: 'beyond_own_key',
    });
    const own = await clientOf(key).keys.create({ name: 'own', project: 'north', scopes: ['ask'] });
    const shown = (await clientOf(key).keys.list()).items.map(({ project }) => project);
    assert.ok(shown.length >= 2 && shown.every((project) => project === 'north'));
    const foreign = await make();
    await assert.rejects(clientOf(key).keys.revoke(foreign.id), { code: 'not_found' });
    await clientOf(key).keys.revoke(own.id);
  });

  test('the text of a key is shown once, and is nowhere in the store', async () => {
    const created = await make({ name: 'once' });
    assert.match(created.key, /^ph_[\w-]{43}$/);
    assert.ok(created.key.startsWith(created.prefix));
    const { items } = await admin.keys.list();
    assert.ok(!JSON.stringify(items).includes(created.key.slice(12)));
  });

  test('a key that was revoked or has expired is let in no more', async () => {
    const created = await make();
    await clientOf(created.key).system.stats();
    await admin.keys.revoke(created.id);
    await assert.rejects(clientOf(created.key).system.stats(), { code: 'key_wrong' });
    const soon = await makeToExpire();
    while (Date.now() <= Date.parse(soon.expiresAt as string))
      await new Promise((resolve) => setTimeout(resolve, 20));
    await assert.rejects(clientOf(soon.key).system.stats(), { code: 'key_wrong' });
  });

  /** A key that was let in, and expires soon: as soon as this machine is quick. */
  async function makeToExpire() {
    for (let lifeMs = 300; ; lifeMs *= 2) {
      const soon = await make({ expiresAt: new Date(Date.now() + lifeMs).toISOString() });
      const isLetIn = await clientOf(soon.key)
        .system.stats()
        .then(
          () => true,
          () => false,
        );
      if (isLetIn) return soon;
    }
  }

  test('a key that is rotated works beside the new one, and is rotated once', async () => {
    const old = await make({ scopes: ['ask', 'read'] });
    const fresh = await admin.keys.rotate(old.id, { overlapHours: 1 });
    assert.deepEqual([fresh.scopes, fresh.name], [old.scopes, old.name]);
    for (const { key } of [old, fresh]) await clientOf(key).system.stats();
    await assert.rejects(admin.keys.rotate(old.id), { code: 'key_not_usable' });
  });

  test('a key with a list of addresses is good from there only, as a trusted proxy tells', async () => {
    const { key } = await make({ addresses: ['10.1.0.0/16', '2001:db8::/32'] });
    const from = async (forwarded: string) =>
      (await send('/api/v1/stats', bearer(key, { 'X-Forwarded-For': forwarded }))).status;
    assert.equal(await from('10.1.2.3'), 200);
    assert.equal(await from('2001:db8::7'), 200);
    assert.equal(await from('10.2.2.3'), 403);
    assert.equal(
      await from('10.1.2.3, 192.0.2.1'),
      403,
      'what stands before the last was written by the caller',
    );
    assert.equal((await send('/api/v1/stats', bearer(key))).status, 403);
    await assert.rejects(make({ addresses: ['10.0.0.0/40'] }), { code: 'invalid_input' });
  });

  test('a session stands for its key, until it is signed out or the key is revoked', async () => {
    const created = await make({ scopes: ['warm'] });
    const cookie = await signIn(created.key);
    const who = async (with_: string) => send('/api/v1/session', { headers: { Cookie: with_ } });
    const { role, name } = (await (await who(cookie)).json()) as { role: string; name: string };
    assert.deepEqual([role, name], ['operator', 'test']);
    const other = await signIn(created.key);
    await send('/api/v1/session', {
      method: 'DELETE',
      headers: { Cookie: cookie, Origin: server.url },
    });
    assert.equal((await who(cookie)).status, 401);
    assert.equal((await who(other)).status, 200);
    const third = await signIn(created.key);
    await send('/api/v1/session?everywhere=true', {
      method: 'DELETE',
      headers: { Cookie: other, Origin: server.url },
    });
    assert.equal((await who(third)).status, 401);
    const last = await signIn(created.key);
    await admin.keys.revoke(created.id);
    assert.equal((await who(last)).status, 401);
    const ofSettings = await signIn(ADMIN_KEY);
    assert.equal((await who(ofSettings)).status, 200);
  });

  test('a change by cookie must come from our own page', async () => {
    const cookie = await signIn(ADMIN_KEY);
    const post = (headers: Record<string, string>) =>
      send('/api/v1/projects', {
        method: 'POST',
        body: '{"name":"east"}',
        headers: { Cookie: cookie, 'Content-Type': 'application/json', ...headers },
      });
    assert.equal((await post({})).status, 403);
    assert.equal((await post({ Origin: 'https://elsewhere.example' })).status, 403);
    assert.equal((await post({ Origin: server.url })).status, 201);
  });

  test('what was changed is on record: who, what, to which thing, from where', async () => {
    const created = await make({ name: 'Steady hand', project: 'south', scopes: ['warm', 'admin'] });
    const client = clientOf(created.key);
    const { id } = await client.batches.submit({ workload: 'answers', items: ['Who?'] });
    await client.batches.delete(id);
    await client.ask('Who?');
    const { items } = await client.audit.list();
    assert.deepEqual(
      items.map(({ actor, action, thing, project, address }) => [actor, action, thing, project, address]),
      [
        ['Steady hand', 'DELETE /batches/{batchId}', id, 'south', '127.0.0.1'],
        ['Steady hand', 'POST /batches', id, 'south', '127.0.0.1'],
      ],
    );
    const [made] = (await admin.audit.list({ text: 'post /keys' })).items;
    assert.deepEqual([made?.actor, made?.project], ['PREHEAT_ADMIN_KEY', null]);
    await signIn(created.key);
    const [signed] = (await admin.audit.list({ text: 'post /session' })).items;
    assert.equal(signed?.actor, 'Steady hand');
    const { key } = await make({ project: 'north', scopes: ['warm'] });
    await assert.rejects(clientOf(key).audit.list(), { code: 'scope_missing' });
  });

  test('whoever tries one key after another is stopped', async () => {
    const attempt = () =>
      send('/api/v1/session', {
        method: 'POST',
        body: JSON.stringify({ key: 'a guess' }),
        headers: { 'Content-Type': 'application/json', 'X-Forwarded-For': '203.0.113.9' },
      });
    const seen: number[] = [];
    for (let n = 0; n < 12; n += 1) seen.push((await attempt()).status);
    assert.deepEqual(new Set(seen), new Set([401, 429]));
  });

  async function signIn(key: string): Promise<string> {
    const response = await send('/api/v1/session', {
      method: 'POST',
      body: JSON.stringify({ key }),
      headers: { 'Content-Type': 'application/json' },
    });
    assert.equal(response.status, 200);
    const cookie = response.headers.get('set-cookie') ?? '';
    assert.match(cookie, /; HttpOnly; SameSite=Strict; Max-Age=\d+$/);
    return cookie.split(';')[0] as string;
  }
});

function isLetIn({ scope }: Operation, having: Scope): boolean {
  if (scope === 'open' || scope === 'any' || having === 'admin' || scope === having) return true;
  return scope === 'read' && (having === 'warm' || having === 'ingest');
}
