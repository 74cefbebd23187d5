import { authorKey } from '#domain/author-name.ts';
import { readIsbn } from '#domain/isbn.ts';
import { titleKey } from '#domain/title.ts';

export interface WorkLine {
  readonly kind: 'work';
  readonly key: string;
  readonly title: string;
  readonly subtitle: string | null;
  /** `name` null: an author line of that key has it. */
  readonly authors: readonly { readonly key: string; readonly name: string | null }[];
  readonly year: number | null;
  readonly cover: string | null;
  readonly language: string | null;
  readonly subjects: readonly string[];
  readonly isbns: readonly string[];
  readonly editions: number;
}

export interface AuthorLine {
  readonly kind: 'author';
  readonly key: string;
  readonly name: string;
}

export interface EditionLine {
  readonly kind: 'edition';
  readonly workKey: string;
  readonly title: string;
  readonly isbns: readonly string[];
}

type Line = WorkLine | AuthorLine | EditionLine;

/** One line of a catalogue file: JSON, or a row of an Open Library dump. Null for what is of no use. */
export function readLine(line: string): Line | null {
  if (line.startsWith('{')) return readWork(parse(line));
  const [type, key, , , json] = line.split('\t');
  if (json === undefined) return null;
  const value = parse(json);
  if (type === '/type/author') return readAuthor(key ?? '', value);
  if (type === '/type/edition') return readEdition(value);
  return type === '/type/work' ? readDumpedWork(key ?? '', value) : null;
}

type Value = Readonly<Record<string, unknown>>;

/** A work of our own form: `{"title", "authors": ["…"], "isbns", "year", "coverUrl", "language", "subjects"}`. */
function readWork(value: Value): WorkLine | null {
  const title = textOf(value['title']);
  const names = Array.isArray(value['authors']) ? textsOf(value['authors']) : textsOf([value['author']]);
  if (title === null) return null;
  const authors = names.map((name) => ({ key: `name:${authorKey(name)}`, name }));
  return {
    kind: 'work',
    key: textOf(value['key']) ?? `${titleKey(title)}/${authors[0]?.key ?? ''}`,
    title,
    subtitle: textOf(value['subtitle']),
    authors,
    year: yearOf(value['year'] ?? value['firstPublished']),
    cover: textOf(value['coverUrl']),
    language: textOf(value['language']),
    subjects: textsOf(value['subjects']),
    isbns: isbnsOf([...textsOf(value['isbns']), ...textsOf([value['isbn']])]),
    editions: typeof value['editions'] === 'number' ? value['editions'] : 1,
  };
}

function readDumpedWork(key: string, value: Value): WorkLine | null {
  const title = textOf(value['title']);
  if (title === null) return null;
  const authors = listOf(value['authors']).flatMap((each) => {
    const role = objectOf(each);
    // `{author: {key}}`, and in old rows `{author: "/authors/…"}`.
    const author = textOf(objectOf(role['author'])['key']) ?? textOf(role['author']);
    return author === null ? [] : [{ key: author.replace('/authors/', ''), name: null }];
  });
  const cover = listOf(value['covers']).find((id) => typeof id === 'number' && id > 0);
  return {
    kind: 'work',
    key: key.replace('/works/', ''),
    title,
    subtitle: textOf(value['subtitle']),
    authors,
    year: yearOf(value['first_publish_date']),
    cover: typeof cover === 'number' ? `https://covers.openlibrary.org/b/id/${cover}-M.jpg` : null,
    language: null,
    subjects: textsOf(value['subjects']).slice(0, 12),
    isbns: [],
    editions: 0,
  };
}

function readAuthor(key: string, value: Value): AuthorLine | null {
  const name = textOf(value['name']) ?? textOf(value['personal_name']);
  return name === null ? null : { kind: 'author', key: key.replace('/authors/', ''), name };
}

function readEdition(value: Value): EditionLine | null {
  const work = textOf(objectOf(listOf(value['works'])[0])['key']);
  const title = textOf(value['title']);
  if (work === null || title === null) return null;
  const isbns = isbnsOf([...textsOf(value['isbn_13']), ...textsOf(value['isbn_10'])]);
  return { kind: 'edition', workKey: work.replace('/works/', ''), title, isbns };
}

function parse(text: string): Value {
  try {
    return objectOf(JSON.parse(text));
  } catch {
    return {};
  }
}

function objectOf(value: unknown): Value {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Value) : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value.replace(/\p{Cc}/gu, ' ').trim() : null;
}

function textsOf(value: unknown): string[] {
  return listOf(value)
    .map(textOf)
    .filter((text) => text !== null);
}

function isbnsOf(texts: readonly string[]): string[] {
  return [...new Set(texts.map(readIsbn).filter((isbn) => isbn !== null))];
}

function yearOf(value: unknown): number | null {
  const year = /\b(\d{4})\b/.exec(typeof value === 'number' ? String(value) : (textOf(value) ?? ''))?.[1];
  return year === undefined ? null : Number(year);
}
