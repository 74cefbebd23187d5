import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { builtPages } from './support/built-pages.ts';

const MOST_BYTES = 250_000;
/** Statically imported modules, and what the bundler names for a lazy one to be loaded with. */
const IMPORTS = /(?:from|import)\s*["']\.\/([\w.-]+\.js)["']/g;
const PRELOADS = /assets\/[\w.-]+\.(?:js|css)/g;

test('the first load of any page is at most 250 kB of script and style, gzipped and without charts', async () => {
  const folder = await builtPages();
  const first = withImports(folder, readFileSync(join(folder, 'index.html'), 'utf8').match(PRELOADS) ?? []);
  assert.ok(first.size >= 2, 'index.html names a script and a style');
  const pages = globSync('assets/*-page-*.js', { cwd: folder });
  assert.ok(pages.length >= 9, `Only ${pages.length} pages were found`);
  for (const page of pages) {
    const style = globSync(page.replace(/-[\w-]{8}\.js$/, '-*.css'), { cwd: folder });
    const all = new Set([...first, ...withImports(folder, [page, ...style])]);
    const files = [...all].filter((file) => !/chart/.test(file));
    const bytes = files.reduce((sum, file) => sum + gzipSync(readFileSync(join(folder, file))).length, 0);
    assert.ok(bytes <= MOST_BYTES, `${page} comes with ${bytes} bytes`);
  }
});

function withImports(folder: string, files: readonly string[]): Set<string> {
  const found = new Set<string>();
  const open = [...files];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (found.has(file)) continue;
    found.add(file);
    if (!file.endsWith('.js')) continue;
    for (const [, name] of readFileSync(join(folder, file), 'utf8').matchAll(IMPORTS))
      open.push(`assets/${name}`);
  }
  return found;
}
