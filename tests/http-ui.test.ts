import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { listen } from './support/http.ts';

const folder = mkdtempSync(join(tmpdir(), 'preheat-ui-'));
after(() => rmSync(folder, { recursive: true }));
mkdirSync(join(folder, 'dist', 'assets'), { recursive: true });
writeFileSync(join(folder, 'dist', 'index.html'), '<title>The page</title>');
writeFileSync(join(folder, 'dist', 'assets', 'app-1.js'), 'let a;'.repeat(500));
writeFileSync(join(folder, 'secret.txt'), 'hidden words');
const uiFolder = join(folder, 'dist');

test('the page answers at its own routes, and not at those of the API', async () => {
  await using at = await listen({ uiFolder });
  for (const path of ['/', '/queue', '/queue/bat_1?status=failed', '/documents/doc_1']) {
    const response = await fetch(at.url + path);
    assert.equal(response.status, 200, path);
    assert.match(await response.text(), /The page/);
    assert.match(response.headers.get('content-security-policy') ?? '', /script-src 'self'/);
  }
  for (const path of ['/api/v1/nothing', '/health/nothing', '/v1/nothing']) {
    assert.equal((await fetch(at.url + path)).status, 404, path);
  }
  assert.equal((await fetch(`${at.url}/queue`, { method: 'POST' })).status, 404);
});

test('built files are compressed for whoever takes that, and kept by browsers for good', async () => {
  await using at = await listen({ uiFolder });
  const zipped = await fetch(`${at.url}/assets/app-1.js`, { headers: { 'Accept-Encoding': 'gzip' } });
  assert.equal(zipped.headers.get('content-encoding'), 'gzip');
  assert.match(zipped.headers.get('cache-control') ?? '', /immutable/);
  const plain = await fetch(`${at.url}/assets/app-1.js`, { headers: { 'Accept-Encoding': 'identity' } });
  assert.equal(plain.headers.get('content-encoding'), null);
  assert.equal(await plain.text(), await zipped.text());
});

test('no path leads out of the folder', async () => {
  await using at = await listen({ uiFolder });
  for (const path of [
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/..\\secret.txt',
  ]) {
    assert.doesNotMatch(await (await fetch(at.url + path)).text(), /hidden words/, path);
  }
});

test('a file that is not there is not found, so that an old page notices its upgrade', async () => {
  await using at = await listen({ uiFolder });
  for (const path of ['/assets/app-0.js', '/.env', '/nothing.html']) {
    assert.equal((await fetch(at.url + path)).status, 404, path);
  }
});

test('without a built page there is a plain one, and unknown paths are not found', async () => {
  await using at = await listen({ uiFolder: null });
  assert.match(await (await fetch(`${at.url}/`)).text(), /Preheat/);
  assert.equal((await fetch(`${at.url}/queue`)).status, 404);
});
