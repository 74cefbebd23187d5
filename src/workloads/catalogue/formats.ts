import { plainName } from './mapping.ts';
import type { Role } from './mapping.ts';

/** How an exporter lays out its lists, known by the names of its columns. */
export interface Format {
  readonly name: 'goodreads' | 'storygraph' | 'librarything' | 'openlibrary' | 'plain' | 'mapped';
  /** Columns by role, by their plain names. */
  readonly columns: Readonly<Partial<Record<Role, readonly string[]>>>;
  /** How names stand in the author column. */
  readonly authors: 'one' | 'list' | 'any';
  /** True: quotes are letters like any other, and a line is a row. */
  readonly isUnquoted?: boolean;
}

interface Known extends Format {
  /** All of these columns must be there. */
  readonly signs: readonly string[];
}

const KNOWN: readonly Known[] = [
  {
    name: 'goodreads',
    signs: ['title', 'author', 'exclusiveshelf'],
    // "Author l-f" mangles suffixes, and "Additional Authors" mixes in translators and user names: neither is read.
    columns: {
      title: ['title'],
      author: ['author'],
      isbn: ['isbn'],
      isbn13: ['isbn13'],
      rating: ['myrating'],
      reads: ['readcount'],
    },
    authors: 'one',
  },
  {
    name: 'goodreads',
    signs: ['bookid', 'title', 'author', 'authorlf'],
    columns: {
      title: ['title'],
      author: ['author'],
      isbn: ['isbn'],
      isbn13: ['isbn13'],
      rating: ['myrating'],
      reads: ['readcount'],
    },
    authors: 'one',
  },
  {
    name: 'storygraph',
    signs: ['title', 'authors', 'readstatus'],
    columns: {
      title: ['title'],
      author: ['authors'],
      isbn: ['isbnuid', 'isbn'],
      rating: ['starrating'],
      reads: ['readcount'],
    },
    authors: 'list',
  },
  {
    name: 'librarything',
    signs: ['title', 'primaryauthor'],
    columns: {
      title: ['title'],
      author: ['primaryauthor'],
      isbn: ['isbn'],
      isbn13: ['isbns'],
      rating: ['rating'],
    },
    authors: 'one',
    isUnquoted: true,
  },
  {
    name: 'openlibrary',
    signs: ['workid', 'title', 'authors'],
    columns: {
      title: ['title'],
      author: ['authors'],
      isbn: ['isbn', 'isbns'],
      rating: ['myratings', 'myrating'],
    },
    authors: 'list',
  },
  {
    name: 'plain',
    signs: ['author'],
    columns: {
      title: ['title'],
      author: ['author'],
      isbn: ['isbn', 'isbn10'],
      isbn13: ['isbn13'],
      rating: ['rating', 'myrating'],
      reads: ['readcount', 'reads'],
    },
    authors: 'any',
  },
  {
    name: 'plain',
    signs: ['title', 'authors'],
    columns: {
      title: ['title'],
      author: ['authors'],
      isbn: ['isbn', 'isbn10'],
      isbn13: ['isbn13'],
      rating: ['rating', 'myrating'],
    },
    authors: 'any',
  },
];

/** The layout that a header belongs to; null when none is known. Order, case and padding do not matter. */
export function formatOf(header: readonly string[]): Format | null {
  const names = new Set(header.map(plainName));
  return KNOWN.find(({ signs }) => signs.every((sign) => names.has(sign))) ?? null;
}

/** Names in an author cell. */
export function namesIn(cell: string, authors: Format['authors']): readonly string[] {
  if (authors === 'one') return [cell];
  const parts = cell.split(/\s*(?:;|\||\s&\s|\s+and\s+|\s+und\s+)\s*/u).filter((part) => part !== '');
  if (parts.length > 1) return parts;
  const byComma = cell.split(/\s*,\s*/u).filter((part) => part !== '');
  // "Tolkien, J. R. R." is one person; "Neil Gaiman, Terry Pratchett" are two.
  const areNames = byComma.length > 1 && byComma.every((part) => /\S\s+\S/u.test(part));
  return authors === 'list' || areNames ? splitList(byComma, cell) : [cell];
}

function splitList(parts: readonly string[], cell: string): readonly string[] {
  const isLastFirst =
    parts.length === 2 && !/\s/u.test(parts[0] as string) && /^(?:\p{Lu}\.?\s?)+$/u.test(parts[1] as string);
  return isLastFirst ? [cell] : parts;
}
