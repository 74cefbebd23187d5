import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { hasRedis, startRedis } from '../src/clients/temporary-redis.ts';
import type { TemporaryRedis } from '../src/clients/temporary-redis.ts';
import { PreheatClient } from '#sdk/index.ts';
import { awayFromMidnight } from './support/midnight.ts';
import { startServerProcess, temporaryFolder } from './support/server.ts';
import type { ServerProcess } from './support/server.ts';

const ADMIN_KEY = 'the key of the settings';

describe('limits of calls', () => {
  const folder = temporaryFolder();
  let redis: TemporaryRedis | null = null;
  let server: ServerProcess;
  let admin: PreheatClient;
  before(async () => {
    await awayFromMidnight();
    redis = hasRedis() ? await startRedis() : null;
    server = await startServerProcess(folder.path, {
      PREHEAT_ADMIN_KEY: ADMIN_KEY,
      PREHEAT_TRUSTED_PROXIES: '127.0.0.1',
      ...(redis === null ? {} : { REDIS_URL: redis.url }),
    });
    admin = new PreheatClient({ baseUrl: server.url, apiKey: ADMIN_KEY, retries: 0 });
    for (const name of ['north', 'south']) await admin.projects.create(name);
  });
  after(async () => {
    await server.stop();
    await redis?.remove();
    folder.remove();
  });

  const call = (project: string, headers: Record<string, string> = {}, key = ADMIN_KEY): Promise<Response> =>
    fetch(`${server.url}/api/v1/stats`, {
      headers: { Authorization: `Bearer ${key}`, 'Preheat-Project': project, ...headers },
    });
  const statuses = async (calls: number, one: () => Promise<Response>): Promise<number[]> => {
    const all: number[] = [];
    for (let at = 0; at < calls; at += 1) all.push((await one()).status);
    return all;
  };

  test('without a limit a response has no field about one', async () => {
    const { headers, status } = await call('south');
    assert.deepEqual([status, headers.get('ratelimit'), headers.get('ratelimit-policy')], [200, null, null]);
  });

  test('several windows hold at once, each user has his own, and another project has none', async () => {
    await admin.projects.change('north', {
      rates: { user: ['4/day', '3/hour sliding'], project: ['1000/day'] },
    });
    const alice = () => call('north', { 'Preheat-User': 'alice' });
    const first = await alice();
    assert.equal(
      first.headers.get('ratelimit-policy'),
      '"project-day";q=1000;w=86400, "user-day";q=4;w=86400, "user-hour-sliding";q=3;w=3600',
    );
    assert.match(
      first.headers.get('ratelimit') ?? '',
      /^"project-day";r=999;t=\d+, "user-day";r=3;t=\d+, "user-hour-sliding";r=2;t=36\d\d$/,
    );
    assert.deepEqual(await statuses(4, alice), [200, 200, 429, 429]);
    const refused = await alice();
    const problem = (await refused.json()) as { code: string; detail: string };
    assert.equal(problem.code, 'rate_limited');
    assert.match(problem.detail, /^This user may make 3 calls within any hour \(user-hour-sliding\)/);
    const wait = Number(refused.headers.get('retry-after'));
    assert.ok(wait > 3_500 && wait <= 3_660, `${wait} s`);
    assert.match(refused.headers.get('ratelimit') ?? '', /"user-hour-sliding";r=0;/);
    assert.equal((await call('north', { 'Preheat-User': 'bob' })).status, 200);
    assert.equal((await call('north')).status, 200, 'a call that names nobody');
    assert.equal((await call('south', { 'Preheat-User': 'alice' })).status, 200);
  });

  test('a key has its own limit, or that of its project; a new text does not change it', async () => {
    await admin.projects.change('south', { rates: { key: ['2/day'] } });
    const plain = await admin.keys.create({ name: 'plain', project: 'south', scopes: ['read'] });
    const wide = await admin.keys.create({
      name: 'wide',
      project: 'south',
      scopes: ['read'],
      rates: ['4/day'],
    });
    const by = (key: string) => statuses(5, () => call('south', {}, key));
    assert.deepEqual(await by(plain.key), [200, 200, 429, 429, 429]);
    assert.deepEqual(await by(wide.key), [200, 200, 200, 200, 429]);
    const changed = await admin.keys.change(wide.id, { rates: ['6/day'] });
    assert.deepEqual(changed.rates, ['6/day']);
    assert.deepEqual(await by(wide.key), [200, 200, 429, 429, 429]);
    await admin.keys.change(wide.id, { rates: [] });
    assert.equal((await call('south', {}, wide.key)).headers.get('ratelimit'), null);
    const { rates } = await admin.keys.rotate(wide.id);
    assert.deepEqual(rates, []);
    await assert.rejects(admin.keys.change(wide.id, { rates: ['0/day'] }), { status: 400 });
  });

  test('an address is who called, as a trusted proxy says', async () => {
    await admin.projects.change('south', { rates: { ip: ['2/day'] } });
    const from = (address: string) => statuses(3, () => call('south', { 'X-Forwarded-For': address }));
    assert.deepEqual(await from('192.0.2.1'), [200, 200, 429]);
    assert.deepEqual(await from('2001:db8::1'), [200, 200, 429]);
  });

  test('an admin sees who is near what, in his project and nowhere else', async () => {
    const north = new PreheatClient({ baseUrl: server.url, apiKey: ADMIN_KEY, project: 'north' });
    const { items, sharing } = await north.system.limits();
    const alice = items.find(({ who, rate }) => who === 'alice' && rate === '3/hour sliding');
    assert.deepEqual([alice?.scope, alice?.used, alice?.limit], ['user', 3, 3]);
    assert.equal(items[0]?.who, 'alice', 'nearest to the limit first');
    assert.deepEqual(sharing, { kind: redis === null ? 'none' : 'redis', isUp: true, processes: 1 });
    const own = await admin.keys.create({
      name: 'own',
      project: 'south',
      scopes: ['admin'],
      rates: ['9/day'],
    });
    const south = new PreheatClient({ baseUrl: server.url, apiKey: own.key });
    const seen = (await south.system.limits()).items.map(({ scope, who }) => `${scope} ${who}`);
    assert.ok(seen.includes('key own') && seen.includes('ip 192.0.2.1'), seen.join(', '));
    assert.ok(!seen.some((each) => each.includes('bob')));
  });

  test('what was refused is counted; a Redis that is away is seen', async () => {
    const metrics = async () =>
      (await fetch(`${server.url}/metrics`, { headers: { 'Preheat-Key': ADMIN_KEY } })).text();
    assert.match(await metrics(), /^preheat_calls_limited_total\{scope="user"\} 3$/m);
    if (redis === null) return;
    await redis.stop();
    await call('north', { 'Preheat-User': 'carol' });
    const { parts } = await admin.system.ready();
    const part = parts.find(({ name }) => name === 'limits');
    assert.deepEqual([part?.isUp, part?.detail.includes('1/1 of each limit')], [false, true]);
    assert.match(await metrics(), /^preheat_limits_shared\{over="redis"\} 0$/m);
  });
});
