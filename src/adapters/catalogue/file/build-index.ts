import { createReadStream, statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { createInterface } from 'node:readline';
import { setImmediate as breathe } from 'node:timers/promises';
import { createGunzip } from 'node:zlib';
import { openSqlite } from '#clients/sqlite.ts';
import { authorKey } from '#domain/author-name.ts';
import { titleKey } from '#domain/title.ts';
import { readLine } from './read-line.ts';
import type { AuthorLine, EditionLine, WorkLine } from './read-line.ts';

const SCHEMA = `
  create table if not exists works (
    key text primary key, title text not null, title_key text not null, subtitle text, year integer, cover text,
    language text, subjects text not null, editions integer not null) strict, without rowid;
  create index if not exists works_by_title on works(title_key);
  create table if not exists authors (key text primary key, name text not null, name_key text not null) strict, without rowid;
  create index if not exists authors_by_name on authors(name_key);
  create table if not exists work_authors (
    author_key text not null, work_key text not null, position integer not null,
    primary key (author_key, work_key)) strict, without rowid;
  create index if not exists authors_of_work on work_authors(work_key, position);
  create table if not exists isbns (isbn text primary key, work_key text not null) strict, without rowid;
  create index if not exists isbns_of_work on isbns(work_key);
  create table if not exists subjects (
    subject text not null, work_key text not null, primary key (subject, work_key)) strict, without rowid;
  create table if not exists source (path text not null, bytes integer not null, changed_at integer not null) strict;`;

const TABLES = ['works', 'authors', 'work_authors', 'isbns', 'subjects', 'source'];

/** Lines in one transaction: so long nobody else has a turn. */
const LINES_A_STEP = 500;

/** The index of a catalogue file. What is in it can be made again, so it need not survive a power cut. */
export function openIndex(file: string): DatabaseSync {
  const db = openSqlite({ file, readOnly: false, busyTimeoutMs: 5_000, synchronous: 'NORMAL', cacheMiB: 16 });
  db.exec(SCHEMA);
  return db;
}

/**
 * Reads the file into the index, unless it is there already.
 *
 * @returns how many lines were read; 0 when nothing had changed
 */
export async function buildIndex(db: DatabaseSync, path: string, signal: AbortSignal): Promise<number> {
  const { size, mtimeMs } = statSync(path);
  const changedAt = Math.trunc(mtimeMs);
  const known = db.prepare('select 1 from source where path = ? and bytes = ? and changed_at = ?');
  if (known.get(path, size, changedAt) !== undefined) return 0;
  for (const table of TABLES) db.exec(`delete from ${table}`);
  const write = lineWriter(db);
  let lines = 0;
  let group: string[] = [];
  for await (const line of linesOf(path, signal)) {
    group.push(line);
    lines += 1;
    if (group.length < LINES_A_STEP) continue;
    writeGroup(db, write, group);
    group = [];
    await breathe();
  }
  writeGroup(db, write, group);
  db.prepare('insert into source (path, bytes, changed_at) values (?, ?, ?)').run(path, size, changedAt);
  return lines;
}

function linesOf(path: string, signal: AbortSignal): AsyncIterable<string> {
  const file = createReadStream(path, { signal });
  const input = path.endsWith('.gz') ? file.pipe(createGunzip()) : file;
  // An error of the file does not pass through a pipe by itself.
  file.on('error', (error) => input.destroy(error));
  return createInterface({ input, crlfDelay: Infinity });
}

function writeGroup(db: DatabaseSync, write: (line: string) => void, lines: readonly string[]): void {
  db.exec('begin');
  try {
    for (const line of lines) write(line);
    db.exec('commit');
  } catch (error) {
    if (db.isTransaction) db.exec('rollback');
    throw error;
  }
}

function lineWriter(db: DatabaseSync): (line: string) => void {
  const work = workWriter(db);
  const author = authorWriter(db);
  const edition = editionWriter(db);
  return (line) => {
    const read = readLine(line);
    if (read === null) return;
    if (read.kind === 'author') author(read);
    else if (read.kind === 'edition') edition(read);
    else work(read, author);
  };
}

function workWriter(db: DatabaseSync): (work: WorkLine, author: (line: AuthorLine) => void) => void {
  const insert = db.prepare(
    `insert into works (key, title, title_key, subtitle, year, cover, language, subjects, editions)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?)
     on conflict (key) do update set title = excluded.title, title_key = excluded.title_key, subtitle = excluded.subtitle,
       year = excluded.year, cover = excluded.cover, subjects = excluded.subjects, editions = editions + excluded.editions`,
  );
  const link = db.prepare(
    'insert or ignore into work_authors (author_key, work_key, position) values (?, ?, ?)',
  );
  const isbn = db.prepare('insert or ignore into isbns (isbn, work_key) values (?, ?)');
  const onSubject = db.prepare('insert or ignore into subjects (subject, work_key) values (?, ?)');
  return (work, author) => {
    const { key, title, subtitle, year, cover, language, subjects, editions } = work;
    insert.run(
      key,
      title,
      titleKey(title),
      subtitle,
      year,
      cover,
      language,
      JSON.stringify(subjects),
      editions,
    );
    work.authors.forEach((each, position) => {
      if (each.name !== null) author({ kind: 'author', key: each.key, name: each.name });
      link.run(each.key, key, position);
    });
    for (const each of work.isbns) isbn.run(each, key);
    for (const subject of subjects.slice(0, 12)) onSubject.run(subject.toLowerCase(), key);
  };
}

function authorWriter(db: DatabaseSync): (author: AuthorLine) => void {
  const insert = db.prepare('insert or replace into authors (key, name, name_key) values (?, ?, ?)');
  return ({ key, name }) => void insert.run(key, name, authorKey(name));
}

/** An edition may come before its work: then the work is a row without a title, which the work fills in. */
function editionWriter(db: DatabaseSync): (edition: EditionLine) => void {
  const count = db.prepare(
    `insert into works (key, title, title_key, subjects, editions) values (?, ?, ?, '[]', 1)
     on conflict (key) do update set editions = editions + 1`,
  );
  const isbn = db.prepare('insert or ignore into isbns (isbn, work_key) values (?, ?)');
  return ({ workKey, title, isbns }) => {
    count.run(workKey, title, titleKey(title));
    for (const each of isbns) isbn.run(each, workKey);
  };
}
