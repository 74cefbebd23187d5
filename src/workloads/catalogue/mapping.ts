import type { Problem } from '#domain/fault.ts';
import type { Json, JsonObject } from '#domain/json.ts';
import { readIsbn } from '#domain/isbn.ts';
import type { Readable } from '#ports/workload.ts';

/** Which column is what: a column by its name, or by its number from 1. */
export type Mapping = Readonly<Partial<Record<Role, string | number>>> & {
  /** False: the first row is a book already. */
  readonly hasHeader?: boolean;
};

export const ROLES = ['title', 'author', 'isbn', 'isbn13', 'rating', 'reads'] as const;
export type Role = (typeof ROLES)[number];

/** Reads a mapping that a caller sends. */
export function readMapping(value: unknown): Readable<JsonObject> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return wrong('must be an object such as {"title": "Book", "author": "Writer"}');
  const mapping = value as Record<string, Json>;
  for (const [role, column] of Object.entries(mapping)) {
    const problem = problemOf(role, column);
    if (problem !== null) return wrong(problem);
  }
  if ((mapping['author'] ?? null) === null) return wrong('must say which column holds the author');
  return { ok: Object.fromEntries(Object.entries(mapping).filter(([, column]) => column !== null)) };
}

function problemOf(role: string, column: Json): string | null {
  if (role === 'hasHeader') return typeof column === 'boolean' ? null : 'hasHeader must be true or false';
  if (!(ROLES as readonly string[]).includes(role)) return `there is no role "${role}": ${ROLES.join(', ')}`;
  const isColumn = column === null || (typeof column === 'string' && column !== '') || isNumber(column);
  return isColumn ? null : `"${role}" must be the name of a column, or its number from 1`;
}

function wrong(message: string): { problem: Problem } {
  return { problem: { field: 'mapping', message } };
}

function isNumber(column: Json | undefined): boolean {
  return typeof column === 'number' && Number.isInteger(column) && column >= 1 && column <= 1_000;
}

/** What people head these columns with, in the languages they export in. Compared without case, spaces and marks. */
const WORDS: Readonly<Record<Role, readonly string[]>> = {
  title: [
    'title',
    'booktitle',
    'bookname',
    'book',
    'name',
    'titel',
    'titre',
    'titulo',
    'titolo',
    'work',
    'buch',
    'livre',
  ],
  author: [
    'author',
    'authors',
    'authorname',
    'writer',
    'writtenby',
    'by',
    'autor',
    'auteur',
    'autore',
    'creator',
    'verfasser',
    'primaryauthor',
    'autoren',
  ],
  isbn: ['isbn', 'isbn10', 'isbnnumber', 'isbns', 'isbnuid', 'ean', 'isbnoruid'],
  isbn13: ['isbn13', 'ean13'],
  rating: ['myrating', 'rating', 'starrating', 'stars', 'score', 'myratings', 'bewertung', 'note'],
  reads: ['readcount', 'timesread', 'reads', 'readings'],
};

/** A column name as it is compared. */
export function plainName(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}

/** Whether a first row is surely the names of columns: one of them is a word that heads such columns. */
export function hasColumnNames(row: readonly string[]): boolean {
  return row.map(plainName).some((name) => ROLES.some((role) => WORDS[role].includes(name)));
}

/** What each column may be, by its name; where no name tells, by what stands in it. */
export function proposeMapping(
  header: readonly string[],
  rows: readonly (readonly string[])[],
): Mapping | null {
  const names = header.map(plainName);
  const byName = new Map<Role, string>();
  for (const role of ROLES) {
    const exact = names.findIndex((name) => WORDS[role].includes(name));
    const at =
      exact === -1
        ? names.findIndex((name) => WORDS[role].some((word) => word.length > 3 && name.includes(word)))
        : exact;
    if (at !== -1 && ![...byName.values()].includes(header[at] as string))
      byName.set(role, header[at] as string);
  }
  if (byName.has('author')) return Object.fromEntries(byName) as Mapping;
  return byName.size === 0 ? proposeByValues([header, ...rows]) : withAuthor(byName, header, rows);
}

/** For headers of which some are known and the author's is not: where names stand, beside what is surely of a book. */
function withAuthor(
  byName: ReadonlyMap<Role, string>,
  header: readonly string[],
  rows: readonly (readonly string[])[],
): Mapping | null {
  const taken = [...byName.values()];
  const free = header.map((name, at) => ({ at, cells: cellsOf(rows, at), isTaken: taken.includes(name) }));
  const author = free.find(
    ({ isTaken, cells }) => !isTaken && cells.length > 0 && cells.every(looksLikeName),
  );
  const isbn = byName.has('isbn')
    ? undefined
    : free.find(({ cells }) => cells.some((cell) => readIsbn(cell) !== null));
  const isOfBooks = isbn !== undefined || byName.has('isbn') || byName.has('isbn13');
  if (author === undefined || !(isOfBooks || WORDS.title.includes(plainName(byName.get('title') ?? ''))))
    return null;
  return {
    ...(Object.fromEntries(byName) as Mapping),
    author: author.at + 1,
    ...(isbn === undefined ? {} : { isbn: isbn.at + 1 }),
  };
}

function cellsOf(rows: readonly (readonly string[])[], at: number): string[] {
  return rows.map((row) => row[at]?.trim() ?? '').filter((cell) => cell !== '');
}

/** For files without a header: the ISBN shows itself, and of the others the names are shorter than the titles. */
function proposeByValues(rows: readonly (readonly string[])[]): Mapping | null {
  const width = Math.min(20, Math.max(...rows.map((row) => row.length)));
  const columns = Array.from({ length: width }, (_, at) => rows.map((row) => row[at]?.trim() ?? ''));
  const isbn = columns.findIndex((cells) => cells.some((cell) => readIsbn(cell) !== null));
  const texts = columns
    .map((cells, at) => ({ at, cells }))
    .filter(({ at, cells }) => at !== isbn && cells.every((cell) => /\p{L}{2}/u.test(cell)));
  const named = texts.filter(({ cells }) => cells.every(looksLikeName));
  const author = named.at(-1);
  const title = texts.find(({ at }) => at !== author?.at);
  if (author === undefined || title === undefined) return null;
  return {
    hasHeader: false,
    title: title.at + 1,
    author: author.at + 1,
    ...(isbn === -1 ? {} : { isbn: isbn + 1 }),
  };
}

function looksLikeName(cell: string): boolean {
  const words = cell.split(/\s+/);
  return (
    words.length >= 2 &&
    words.length <= 5 &&
    words.every((word) => /^\p{Lu}|^(?:de|van|von|la|le|du|der|of)$/u.test(word))
  );
}
