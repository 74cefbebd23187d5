import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { collectFiles } from './collect-files.ts';
import { Refusal } from '../refusal.ts';

const root = mkdtempSync(join(tmpdir(), 'preheat-files-'));
after(() => rmSync(root, { recursive: true, force: true }));

function write(...paths: readonly string[]): void {
  for (const path of paths) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), path);
  }
}

test('a folder is gone through in order of names, without what is hidden', () => {
  write('docs/b.md', 'docs/a/readme.md', 'docs/.git/config', 'docs/.secret', 'docs/c/readme.md');
  assert.deepEqual(
    collectFiles([join(root, 'docs')]).map(({ name }) => name),
    ['a/readme.md', 'b.md', 'c/readme.md'],
  );
});

test('what editors and downloads keep beside a file while somebody is at it is left out', () => {
  for (const name of [
    'a.md',
    'a.md~',
    '~$a.docx',
    '#a.md#',
    'a.md___jb_tmp___',
    'a.pdf.part',
    'b.pdf.crdownload',
  ])
    write(`beside/${name}`);
  assert.deepEqual(
    collectFiles([join(root, 'beside')]).map(({ name }) => name),
    ['a.md'],
  );
  assert.equal(collectFiles([join(root, 'beside', 'a.md~')]).length, 1, 'who names it means it');
});

test('a file that is named is taken, hidden or not, and once', () => {
  write('one/.hidden.md');
  const path = join(root, 'one/.hidden.md');
  assert.deepEqual(collectFiles([path, path]), [{ path, name: '.hidden.md', bytes: 14 }]);
});

test('names that would be the same are told apart by their paths', () => {
  write('x/readme.md', 'y/readme.md');
  const names = collectFiles([join(root, 'x'), join(root, 'y')]).map(({ name }) => name);
  assert.equal(new Set(names).size, 2);
  assert.ok(names.every((name) => /[xy]\/readme\.md$/.test(name)));
});

test('links to files count; links to folders, which may lead in circles, and dead ones do not', () => {
  write('links/real.md');
  symlinkSync(join(root, 'links'), join(root, 'links/circle'));
  symlinkSync(join(root, 'links/real.md'), join(root, 'links/also.md'));
  symlinkSync(join(root, 'nowhere'), join(root, 'links/dead.md'));
  assert.deepEqual(
    collectFiles([join(root, 'links')]).map(({ name }) => name),
    ['also.md', 'real.md'],
  );
});

test('every path that is not there is named, and an empty folder is said to be empty', () => {
  assert.throws(
    () => collectFiles([join(root, 'no'), join(root, 'nor')]),
    (error) => error instanceof Refusal && /no, .*nor$/.test(error.message),
  );
  mkdirSync(join(root, 'empty'));
  assert.throws(() => collectFiles([join(root, 'empty')]), Refusal);
});
