import { readAuthorName } from '#domain/author-name.ts';
import type { Json, JsonObject } from '#domain/json.ts';
import { readIsbn } from '#domain/isbn.ts';
import type { SourceKeys } from '#domain/work.ts';
import type { NewWork, Readable } from '#ports/workload.ts';

/** What an item carries: an author, and what is known of them from the list or from who led to them. */
export interface AuthorPayload {
  readonly author: string;
  /** Levels of discovery above it. */
  readonly depth: number;
  /** Levels that may still come below it; null: what the batch allows. */
  readonly levels: number | null;
  readonly keys: SourceKeys;
  /** Books of the list that led here. */
  readonly books: number;
  readonly titles: readonly string[];
  readonly isbns: readonly string[];
  /** How much the reader likes what led here; higher goes first. */
  readonly rank: number;
  /** Why it is in the batch, and where it stands, in words. */
  readonly why: string;
}

const MOST_TITLES = 5;

/** An entry of a JSON submission: a name, or an object with the field `author`. */
export function readEntry(entry: Json): Readable<NewWork> {
  if (typeof entry === 'string') return readPayload({ author: entry });
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry))
    return {
      problem: { message: 'an entry is the name of an author, or an object with the field "author"' },
    };
  return readPayload(entry as JsonObject);
}

function readPayload(entry: JsonObject): Readable<NewWork> {
  const name = typeof entry['author'] === 'string' ? readAuthorName(entry['author']) : null;
  if (name === null)
    return { problem: { field: 'author', message: 'the field "author" is missing, or names nobody' } };
  const payload = payloadOf({ ...entry, author: name.shown });
  return { ok: { payload: writePayload(payload), sameness: name.key, priority: priorityOf(payload) } };
}

/** Reads what an item carries, whoever wrote it. */
export function payloadOf(payload: JsonObject): AuthorPayload {
  return {
    author: textOf(payload['author']),
    depth: wholeOf(payload['depth'], 3) ?? 0,
    levels: wholeOf(payload['levels'], 3),
    keys: keysOf(payload['keys']),
    books: wholeOf(payload['books'], 1_000_000) ?? 0,
    titles: textsOf(payload['titles']).slice(0, MOST_TITLES),
    isbns: textsOf(payload['isbns'])
      .map(readIsbn)
      .filter((isbn) => isbn !== null)
      .slice(0, MOST_TITLES),
    rank: wholeOf(payload['rank'], 99) ?? 0,
    why: textOf(payload['why']).slice(0, 300),
  };
}

/** As it is stored: without what says nothing. */
export function writePayload(payload: AuthorPayload): JsonObject {
  const { author, depth, levels, keys, books, titles, isbns, rank, why } = payload;
  return {
    author,
    ...(depth === 0 ? {} : { depth }),
    ...(levels === null ? {} : { levels }),
    ...(Object.keys(keys).length === 0 ? {} : { keys: { ...keys } }),
    ...(books === 0 ? {} : { books }),
    ...(titles.length === 0 ? {} : { titles: [...titles] }),
    ...(isbns.length === 0 ? {} : { isbns: [...isbns] }),
    ...(rank === 0 ? {} : { rank }),
    ...(why === '' ? {} : { why }),
  };
}

/** Level by level, and within a level those first whom the reader likes most. */
export function priorityOf({ depth, rank }: Pick<AuthorPayload, 'depth' | 'rank'>): number {
  return rank - 100 * depth;
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

function textsOf(value: Json | undefined): string[] {
  return Array.isArray(value)
    ? value.filter((each) => typeof each === 'string').map((each) => each.slice(0, 300))
    : [];
}

function wholeOf(value: Json | undefined, most: number): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? Math.min(most, value) : null;
}

function keysOf(value: Json | undefined): SourceKeys {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([source, key]) =>
      typeof key === 'string' && /^[\w.:-]{1,60}$/.test(key) ? [[source, key]] : [],
    ),
  );
}
