import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import { FileCatalogue } from './file-catalogue.ts';

const CALL = {
  projectId: 1,
  signal: AbortSignal.timeout(120_000),
  isUrgent: false,
  spending: { calls: 0, saved: 0 },
};

async function open(
  t: TestContext,
  name: string,
  content: string | Uint8Array,
): Promise<{
  file: FileCatalogue;
  logged: string[];
  path: string;
  readonly again: () => Promise<FileCatalogue>;
}> {
  const folder = mkdtempSync(join(tmpdir(), 'preheat-file-'));
  const path = join(folder, name);
  writeFileSync(path, content);
  const logged: string[] = [];
  const make = (): FileCatalogue =>
    new FileCatalogue(
      { path, indexPath: join(folder, 'index.db') },
      {
        clock: () => 1_000,
        log: (_, event, fields) => void logged.push(`${event} ${Number(fields?.['lines'])}`),
      },
    );
  let file = make();
  assert.ok(file.closedUntil() > 0);
  await file.ready();
  t.after(async () => {
    await file.close();
    rmSync(folder, { recursive: true });
  });
  return {
    file,
    logged,
    path,
    async again() {
      await file.close();
      file = make();
      await file.ready();
      return file;
    },
  };
}

const wanted = (name: string) => ({ name, keys: {}, titles: [], isbns: [], mostWorks: 10 });

test('a list of works is read once, and again when it changes', async (t) => {
  const line = (title: string) =>
    JSON.stringify({ title, authors: ['Mary Shelley'], isbns: ['0141439475'], subjects: ['Gothic'] });
  const { file, logged, path, again } = await open(t, 'books.jsonl', `${line('Frankenstein')}\nnot json\n\n`);
  assert.equal(file.closedUntil(), 0);
  const found = await file.worksOf(wanted('MARY SHELLEY'), CALL);
  assert.deepEqual([found?.name, found?.works.map((work) => work.title)], ['Mary Shelley', ['Frankenstein']]);
  assert.deepEqual(
    [...(await file.findIsbns(['9780141439471', '9780000000002'], CALL)).keys()],
    ['9780141439471'],
  );
  assert.deepEqual(
    (await file.authorsOn('gothic', 5, CALL)).map((author) => author.name),
    ['Mary Shelley'],
  );
  await again();
  writeFileSync(path, `${line('Frankenstein')}\n${line('The Last Man')}\n`);
  const changed = await again();
  assert.deepEqual(logged, ['catalogue_indexed 3', 'catalogue_indexed 2']);
  assert.equal((await changed.findTitle({ title: 'Last Man', author: null }, CALL)).length, 1);
});

test('an Open Library dump, packed, in any order of its rows', async (t) => {
  const row = (type: string, key: string, value: object): string =>
    [`/type/${type}`, key, '3', '2026-01-01', JSON.stringify(value)].join('\t');
  const dump = [
    row('edition', '/books/OL1M', {
      title: 'Good Omens',
      works: [{ key: '/works/OL1W' }],
      isbn_13: ['9780060853983'],
    }),
    row('work', '/works/OL1W', {
      title: 'Good omens',
      authors: [{ author: { key: '/authors/OL1A' } }, { author: { key: '/authors/OL2A' } }],
      covers: [-1, 7],
      first_publish_date: 'May 1990',
    }),
    row('author', '/authors/OL1A', { name: 'Terry Pratchett' }),
    row('author', '/authors/OL2A', { name: 'Neil Gaiman' }),
    row('redirect', '/works/OL9W', { location: '/works/OL1W' }),
    row('edition', '/books/OL2M', { title: 'Good Omens', works: [{ key: '/works/OL1W' }] }),
  ];
  const { file } = await open(t, 'dump.txt.gz', gzipSync(dump.join('\n')));
  const found = await file.worksOf({ ...wanted('nobody'), keys: { file: 'OL2A' } }, CALL);
  const [work] = found?.works ?? [];
  assert.deepEqual(
    [
      work?.title,
      work?.firstPublished,
      work?.editions,
      work?.isbns,
      work?.authors.map((author) => author.name),
    ],
    ['Good omens', 1990, 2, ['9780060853983'], ['Terry Pratchett', 'Neil Gaiman']],
  );
  assert.match(String(work?.coverUrl), /\/7-M/);
});

test('a file that is not there makes a source that says so', async (t) => {
  const { file, again, path } = await open(t, 'books.jsonl', '{}');
  rmSync(path);
  const gone = await again();
  assert.match(String(gone.refusal), /PREHEAT_CATALOGUE_FILE/);
  assert.equal(file.name, 'file');
});
