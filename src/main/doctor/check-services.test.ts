import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openTemporaryStore } from '#adapters/store/postgres/temporary-store.ts';
import { administer, findPostgres, temporaryDatabase } from '#clients/temporary-postgres.ts';
import { hasRedis, startRedis } from '#clients/temporary-redis.ts';
import { checkServices } from './check-services.ts';
import { readConfig } from '../config.ts';
import { openVectors } from '../open/open-vectors.ts';

const NONE = {
  DATABASE_URL: '',
  REDIS_URL: '',
  REDIS_CACHE_URL: '',
  PREHEAT_DATABASE_CONNECTIONS: 10,
  PREHEAT_VECTORS: 'memory',
} as const;

test('without services there is nothing to look at', async () => {
  assert.deepEqual(await checkServices(NONE), []);
});

test('a database and a Redis that are not there are named without their passwords', async () => {
  const checks = await checkServices({
    ...NONE,
    DATABASE_URL: 'postgres://someone:secret@127.0.0.1:1/db',
    REDIS_URL: 'redis://:secret@127.0.0.1:1',
  });
  assert.deepEqual(
    checks.map(({ name, state }) => [name, state]),
    [
      ['DATABASE_URL', 'fail'],
      ['REDIS_URL', 'warn'],
    ],
  );
  assert.doesNotMatch(JSON.stringify(checks), /secret/);
});

test(
  'a Redis that refuses the password is told apart from one that is not there, and the password is not shown',
  { skip: !hasRedis() && 'Redis is not installed' },
  async (t) => {
    const redis = await startRedis();
    t.after(() => redis.remove());
    await redis.command('config', 'set', 'requirepass', 'right-one');
    const place = URL.parse(redis.url)?.host;
    const detailOf = async (url: string): Promise<string> =>
      (await checkServices({ ...NONE, REDIS_URL: url }))[0]?.detail ?? '';
    assert.match(
      await detailOf(`redis://:wrong-one@${place}`),
      /refuses the user or the password\. Put both/,
    );
    assert.match(await detailOf(`redis://${place}`), /asks for a password/);
    assert.match(await detailOf(`rediss://${place}`), /redis:\/\/|rediss:\/\//);
    assert.match(await detailOf(`redis://:right-one@${place}`), /^redis|^valkey/);
    assert.doesNotMatch(await detailOf(`redis://:wrong-one@${place}`), /wrong-one/);
  },
);

test(
  'a database that can be used is; one whose user may not make tables, or with too few connections, is named',
  { skip: findPostgres() === null && 'PostgreSQL is not installed' },
  async (t) => {
    const { url, drop } = await temporaryDatabase();
    const role = `guest_${process.pid}`;
    await administer(
      url,
      `create role ${role} login password 'x'; revoke create on schema public from public`,
    );
    t.after(async () => {
      await administer(url, `drop role ${role}`);
      await drop();
    });
    const [fine] = await checkServices({ ...NONE, DATABASE_URL: url });
    assert.deepEqual([fine?.state, fine?.remedy], ['ok', null]);
    const crowd = { ...NONE, DATABASE_URL: url, PREHEAT_DATABASE_CONNECTIONS: 5_000 };
    const [crowded] = await checkServices(crowd);
    assert.equal(crowded?.state, 'warn');
    assert.match(crowded?.remedy ?? '', /PREHEAT_DATABASE_CONNECTIONS/);
    const guest = new URL(url);
    guest.username = role;
    guest.password = 'x';
    const [poor] = await checkServices({ ...NONE, DATABASE_URL: guest.href });
    assert.equal(poor?.state, 'fail');
    assert.match(poor?.remedy ?? '', /CREATE on the schema/);
  },
);

test(
  'whether the database can search vectors is looked at where it is to',
  { skip: findPostgres() === null && 'PostgreSQL is not installed' },
  async (t) => {
    const { url, close } = await openTemporaryStore();
    t.after(close);
    const asked = { ...NONE, DATABASE_URL: url, PREHEAT_VECTORS: 'pgvector' } as const;
    const [database, vectors] = await checkServices(asked);
    assert.equal(database?.state, 'ok');
    assert.equal(vectors?.name, 'PREHEAT_VECTORS');
    // With or without the extension on this machine: what it says fits what a start would do.
    const isRefused = await openVectors(readConfig({ DATABASE_URL: url, PREHEAT_VECTORS: 'pgvector' })).then(
      ({ vectors: opened }) => opened.close().then(() => false),
      (error: { code?: string }) => error.code === 'pgvector_missing',
    );
    assert.equal(vectors.state === 'fail', isRefused);
  },
);

test('a Redis is looked at for its use', { skip: !hasRedis() && 'Redis is not installed' }, async () => {
  const redis = await startRedis({ maxmemory: '32mb', 'maxmemory-policy': 'allkeys-lru', appendonly: 'yes' });
  after(() => redis.remove());
  const checks = await checkServices({ ...NONE, REDIS_URL: redis.url, REDIS_CACHE_URL: redis.url });
  assert.deepEqual(
    checks.map(({ name, state }) => [name, state]),
    [
      ['REDIS_URL', 'fail'],
      ['REDIS_CACHE_URL', 'ok'],
      ['REDIS_CACHE_URL', 'warn'],
    ],
  );
  assert.match(checks[0]?.remedy ?? '', /noeviction/);
});
