import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { freePort } from '#clients/free-port.ts';
import { hasRedis, startRedis } from '#clients/temporary-redis.ts';
import { checkServices } from '#main/doctor/check-services.ts';
import { readConfig } from '#main/config.ts';
import { startServerProcess, temporaryFolder } from './support/server.ts';

const PASSWORD = 'p@ss/wörd';

test(
  'over TLS of an own authority, the documented users may do what queue, bus, limits and cache need, and no more',
  { skip: missing(), timeout: 240_000 },
  async () => {
    const folder = temporaryFolder();
    const authority = makeCertificates(folder.path);
    const port = String(await freePort());
    const redis = await startRedis({
      'tls-port': port,
      'tls-cert-file': join(folder.path, 'redis.crt'),
      'tls-key-file': join(folder.path, 'redis.key'),
      'tls-ca-cert-file': authority,
      'tls-auth-clients': 'no',
    });
    const address = (user: string, password = PASSWORD) =>
      `rediss://${user}:${encodeURIComponent(password)}@localhost:${port}`;
    const environment = {
      NODE_EXTRA_CA_CERTS: authority,
      REDIS_URL: address('preheat-queue'),
      REDIS_CACHE_URL: address('preheat-cache'),
      PREHEAT_LIMIT_PROJECT: '5000/minute, 4000/minute sliding',
    };
    const stop: (() => Promise<unknown>)[] = [];
    try {
      const lines = documentedUsers();
      assert.equal(lines.length, 2);
      for (const line of lines) await redis.command('acl', 'setuser', ...line.split(' '));

      const servers = [await startServerProcess(folder.path, environment)] as const;
      stop.push(() => servers[0].stop());
      const [{ client, url }] = servers;
      await client.batches.wait((await client.documents.upload([DOCUMENT])).id);
      const items = Array.from({ length: 40 }, (_, n) => `How many days of leave has person ${n}?`);
      const { id } = await client.batches.submit({ workload: 'answers', items });
      assert.equal((await client.batches.wait(id))?.counts.completed, items.length);
      for (const item of items) await client.ask(item);
      await client.projects.create('other');
      await client.projects.delete('other');

      const { parts, engine } = await client.system.ready();
      assert.equal(engine, 'bullmq');
      assert.deepEqual(
        parts.filter(({ isUp }) => !isUp),
        [],
      );
      const { services } = await client.system.describe();
      for (const { name, clients, latencyMs } of services)
        assert.ok((clients ?? 0) > 0 && latencyMs !== null, name);
      const metrics = await (await fetch(`${url}/metrics`)).text();
      assert.match(metrics, /preheat_service_memory_bytes\{service="redis"\} \d/);
      assert.deepEqual(await redis.command('acl', 'log'), []);

      // A stranger's keys are none of its business.
      const denied = (await redis.command('acl', 'dryrun', 'preheat-queue', 'get', 'other:key')) as string;
      assert.match(denied, /no permissions/i);
      const said = async (REDIS_URL: string): Promise<string> => {
        const [check] = await checkServices(readConfig({ REDIS_URL }));
        return check?.detail ?? '';
      };
      const open = address('preheat-queue', 'wrong').replace('rediss:', 'redis:');
      const refused = await said(open.replace(`:${port}`, `:${new URL(redis.url).port}`));
      assert.match(refused, /it refuses the user or the password/);
      assert.ok(!refused.includes('wrong@'));
      assert.match(await said(environment.REDIS_URL), /NODE_EXTRA_CA_CERTS/);
    } finally {
      for (const each of stop) await each();
      await redis.remove();
      folder.remove();
    }
  },
);

function missing(): string | false {
  if (!hasRedis()) return 'Redis is not installed';
  return spawnSync('openssl', ['version']).status !== 0 && 'openssl is not installed';
}

/** What follows `ACL SETUSER` in the lines of docs/operations.md. */
function documentedUsers(): string[] {
  const text = readFileSync(join(import.meta.dirname, '..', 'docs', 'operations.md'), 'utf8');
  return [...text.matchAll(/^ *ACL SETUSER (.+)$/gm)].map(([, line]) =>
    (line as string).replace('>password', `>${PASSWORD}`),
  );
}

/** An authority and a certificate for localhost that it signed. @returns the authority's file */
function makeCertificates(folder: string): string {
  const openssl = (...words: string[]): void =>
    void execFileSync('openssl', words, { cwd: folder, stdio: 'pipe' });
  const key = ['-newkey', 'rsa:2048', '-nodes', '-days', '2'];
  openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.crt', '-subj', '/CN=Own authority');
  openssl(
    'req',
    '-x509',
    ...key,
    '-CA',
    'ca.crt',
    '-CAkey',
    'ca.key',
    '-keyout',
    'redis.key',
    '-out',
    'redis.crt',
    '-subj',
    '/CN=localhost',
    '-addext',
    'subjectAltName=DNS:localhost',
  );
  return join(folder, 'ca.crt');
}

const DOCUMENT = { name: 'leave.md', content: '# Leave\n\nEverybody has 25 days of leave in a year.\n' };
