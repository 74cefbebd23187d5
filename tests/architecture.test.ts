import assert from 'node:assert/strict';
import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { importsOf, locate, ROOT, startsOf } from './support/imports.ts';

/**
 * The arrows of ARCHITECTURE.md, as data. A folder may import itself and the folders on its right.
 * To add an arrow, change this table and say why in the commit: the table is the architecture.
 */
const MAY_IMPORT: Record<string, readonly string[]> = {
  'sdk/wire': [],
  sdk: ['sdk/wire'],
  web: ['sdk', 'sdk/wire'],
  'src/domain': [],
  'src/ports': ['src/domain'],
  'src/core': ['src/domain', 'src/ports'],
  'src/workloads': ['src/domain', 'src/ports', 'src/core'],
  'src/clients': [],
  'src/adapters': ['src/domain', 'src/ports', 'src/clients'],
  'src/http': ['src/domain', 'src/core', 'sdk/wire'],
  'src/cli': ['sdk', 'sdk/wire', 'src/main'],
  'src/main': [
    'src/domain',
    'src/ports',
    'src/core',
    'src/workloads',
    'src/clients',
    'src/adapters',
    'src/http',
    'sdk/wire',
  ],
};

/** Folders whose children are strangers: one adapter never imports another, one workload neither. */
const STRANGERS = ['src/adapters', 'src/workloads'];

/**
 * What siblings may share all the same: the queries that both databases have in common, for `store/*` alone; what
 * every bus between processes does with notices, for `bus/*`; the reading of delimited text, for workloads that take lists.
 */
const SHARED: Record<string, string> = { 'store/sql': 'store/', 'bus/notices': 'bus/', tabular: '' };

/** Only these may import any package or Node module; the rest is plain TypeScript over the ports. */
const MAY_DO_IO = ['src/clients', 'src/adapters', 'src/http', 'src/cli', 'src/main', 'web'];

/** Packages without I/O that a pure folder may use. */
const PURE_PACKAGES: Record<string, readonly string[]> = {
  'sdk/wire': ['zod'],
  sdk: ['zod'],
  'src/workloads': ['csv-parse', 'gpt-tokenizer'],
};

/** A test of an adapter may start the thread that the adapter needs. */
const THREADS = 'src/main/threads/';

const NOT_OURS = ['**/dist/**', '**/node_modules/**'];
const files = globSync(['src/**/*.{ts,tsx}', 'sdk/**/*.ts', 'web/**/*.{ts,tsx}'], {
  cwd: ROOT,
  exclude: NOT_OURS,
});

test('the architecture test sees the code it judges', () => {
  assert.ok(files.length > 5, `only ${files.length} files found under ${ROOT}`);
});

for (const file of files) {
  test(`arrows of ${file}`, () => {
    folderOf(file);
    for (const specifier of [...importsOf(file), ...startsOf(file)]) {
      const problem = judge(file, specifier);
      assert.equal(problem, null, problem ?? '');
    }
  });
}

test('every style sheet that a page imports is there', () => {
  // The compiler takes any; the page would be built without it, or not at all.
  for (const file of files) {
    for (const specifier of importsOf(file)) {
      const sheet = specifier.endsWith('.css') ? locate(file, specifier) : null;
      if (sheet !== null)
        assert.ok(existsSync(join(ROOT, sheet)), `${file} imports ${sheet}, which is not there`);
    }
  }
});

test('no file leads back to itself', () => {
  const circle = circleIn(
    globSync('{src,sdk,web,tests,bench,scripts}/**/*.{ts,tsx,js}', { cwd: ROOT, exclude: NOT_OURS }),
  );
  assert.equal(
    circle,
    null,
    `These import each other in a circle, so that none can be read first: ${circle?.join(' → ')}`,
  );
});

/** A way from a file along its imports back to it; null: there is none. A type ties as much as a value. */
function circleIn(all: readonly string[]): readonly string[] | null {
  const known = new Set(all);
  const done = new Set<string>();
  const walk = (file: string, way: readonly string[]): readonly string[] | null => {
    if (way.includes(file)) return [...way.slice(way.indexOf(file)), file];
    if (done.has(file)) return null;
    for (const specifier of importsOf(file)) {
      const target = locate(file, specifier);
      const circle = target !== null && known.has(target) ? walk(target, [...way, file]) : null;
      if (circle !== null) return circle;
    }
    done.add(file);
    return null;
  };
  for (const file of all) {
    const circle = walk(file, []);
    if (circle !== null) return circle;
  }
  return null;
}

function judge(file: string, specifier: string): string | null {
  const target = locate(file, specifier);
  return target === null ? judgeOutside(file, specifier) : judgeInside(file, target);
}

function judgeOutside(file: string, specifier: string): string | null {
  const from = folderOf(file);
  const isPure = PURE_PACKAGES[from]?.some((name) => specifier === name || specifier.startsWith(`${name}/`));
  if (isTest(file) || isPure || MAY_DO_IO.includes(from)) return null;
  return `${file}: ${from} may not import ${specifier}; only ${MAY_DO_IO.join(', ')} touch the outside`;
}

function judgeInside(file: string, target: string): string | null {
  // A test may compare the code with a page of docs/.
  if (isTest(file) && target.startsWith('docs/')) return null;
  const from = folderOf(file);
  const to = folderOf(target);
  if (isTest(file) && target.startsWith(THREADS)) return null;
  if (from !== to) {
    return MAY_IMPORT[from]?.includes(to) ? null : `${file}: ${from} may not import ${to} (${target})`;
  }
  if (STRANGERS.includes(from) && !isShared(file, target) && childOf(file) !== childOf(target)) {
    return `${file}: ${childOf(file)} and ${childOf(target)} may not know each other (${target})`;
  }
  return null;
}

function isTest(file: string): boolean {
  return /\.(test|contract)\.tsx?$/.test(file);
}

function isShared(file: string, target: string): boolean {
  const users = SHARED[childOf(target)];
  return users !== undefined && childOf(file).startsWith(users);
}

function folderOf(path: string): string {
  const folder = Object.keys(MAY_IMPORT)
    .sort((a, b) => b.length - a.length)
    .find((name) => path.startsWith(`${name}/`));
  assert.ok(folder, `${path} lives in a folder the architecture does not name`);
  return folder;
}

/** `src/adapters/store/sqlite/items.ts` → `store/sqlite`; `src/workloads/answers/run.ts` → `answers`. */
function childOf(path: string): string {
  const [, top, first, second] = path.split('/');
  return top === 'adapters' ? `${first}/${second}` : (first as string);
}
