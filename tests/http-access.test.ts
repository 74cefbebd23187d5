import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { apiReference } from '../scripts/write-api-reference.ts';
import { harness, post } from './support/http.ts';

const KEY = 'k'.repeat(32);
const STATS = '/api/v1/batches';

test('with an admin key, every API call must show it', async () => {
  const { http } = harness({ adminKey: KEY });
  const none = await http.request(STATS);
  assert.equal(none.status, 401);
  assert.match(none.headers.get('www-authenticate') ?? '', /Bearer/);
  assert.equal((await http.request(STATS, { headers: { Authorization: 'Bearer wrong' } })).status, 401);
  assert.equal((await http.request(STATS, { headers: { Authorization: `Bearer ${KEY}` } })).status, 200);
  assert.equal((await http.request(STATS, { headers: { 'Preheat-Key': KEY } })).status, 200);
});

test('health and pages ask for no key', async () => {
  const { http } = harness({ adminKey: KEY });
  for (const path of ['/health/live', '/', '/docs', '/api/v1/openapi.json']) {
    assert.equal((await http.request(path)).status, 200, path);
  }
});

test('without a key the server answers to localhost only', async () => {
  const { http } = harness();
  const rebound = await http.request(STATS, { headers: { Host: 'evil.example' } });
  assert.equal(rebound.status, 403);
  for (const host of ['localhost:7400', '127.0.0.1:7400', '[::1]:7400']) {
    assert.equal((await http.request(STATS, { headers: { Host: host } })).status, 200, host);
  }
});

test('pages of another origin may not change anything', async () => {
  const { http } = harness();
  const headers = { Host: 'localhost:7400', Origin: 'https://evil.example' };
  const response = await http.request('/api/v1/ask', post({ question: 'a' }, headers));
  assert.equal(((await response.json()) as { code: string }).code, 'cross_origin');
  const own = { Host: 'localhost:7400', Origin: 'http://localhost:7400' };
  assert.equal((await http.request('/api/v1/ask', post({ question: 'a' }, own))).status, 200);
});

test('pages run no inline script and load nothing from elsewhere', async () => {
  const { http } = harness();
  for (const path of ['/', '/docs']) {
    const response = await http.request(path);
    const policy = response.headers.get('content-security-policy') ?? '';
    assert.match(policy, /default-src 'none'/);
    assert.match(policy, /script-src 'self'(?:;|$)/);
    const html = await response.text();
    assert.doesNotMatch(html, /<script(?![^>]*\bsrc=)|https?:\/\/|\son\w+=/i);
    for (const [, file] of html.matchAll(/(?:src|href)="(\/[^"]*\.(?:js|css|png))"/g)) {
      assert.equal((await http.request(file as string)).status, 200, file);
    }
  }
});

test('the API may not be framed, sniffed or cached', async () => {
  const { http } = harness();
  const { headers } = await http.request('/api/v1/batches');
  assert.equal(headers.get('x-content-type-options'), 'nosniff');
  assert.equal(headers.get('cache-control'), 'no-store');
  assert.match(headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/);
});

test('the OpenAPI document lists every route that is mounted, with its schemas', async () => {
  const { http } = harness();
  const document = (await (await http.request('/api/v1/openapi.json')).json()) as {
    openapi: string;
    paths: Record<string, Record<string, unknown>>;
    components: { schemas: object };
  };
  assert.equal(document.openapi, '3.1.0');
  const listed = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const mounted = http.routes
    .filter(({ path }) => /^\/(?:api\/v1|v1|health)\/|^\/metrics$/.test(path))
    .filter(({ path }) => path !== '/api/v1/openapi.json')
    .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
  assert.ok(mounted.length > 35, `only ${mounted.length} routes`);
  assert.deepEqual(listed.toSorted(), mounted.toSorted());
  for (const [, name] of JSON.stringify(document).matchAll(/#\/components\/schemas\/(\w+)/g)) {
    assert.ok((name as string) in document.components.schemas, name);
  }
});

test('docs/api-reference.md is current: node scripts/write-api-reference.ts writes it', async () => {
  const page = readFileSync(new URL('../docs/api-reference.md', import.meta.url), 'utf8');
  assert.ok(page === (await apiReference()), 'run node scripts/write-api-reference.ts');
});
