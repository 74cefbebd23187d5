import { hasOtherRole } from '#domain/author-name.ts';
import { readIsbn } from '#domain/isbn.ts';
import type { Work } from '#domain/work.ts';

/** The volumes of an answer as works of one edition each; `items` is absent when there are none. */
export function volumesOf(value: unknown): Work[] {
  const { items } = asObject(value);
  return Array.isArray(items) ? items.map(toWork).filter((work) => work !== null) : [];
}

function toWork(item: unknown): Work | null {
  const { id, volumeInfo } = asObject(item);
  const info = asObject(volumeInfo);
  const title = textOf(info['title']);
  if (title === null) return null;
  const isbns = listOf(info['industryIdentifiers'])
    .map((each) => readIsbn(textOf(asObject(each)['identifier']) ?? ''))
    .filter((isbn) => isbn !== null);
  const cover = textOf(asObject(info['imageLinks'])['thumbnail']);
  return {
    title: title.replace(/\p{Cc}/gu, ' ').trim(),
    subtitle: textOf(info['subtitle']),
    authors: textsOf(info['authors'])
      .filter((name) => !hasOtherRole(name))
      .map((name) => ({ name, keys: {} })),
    firstPublished: yearOf(textOf(info['publishedDate'])),
    editions: 1,
    isbns: [...new Set(isbns)],
    coverUrl: cover === null ? null : cover.replace(/^http:/, 'https:'),
    language: textOf(info['language']),
    subjects: textsOf(info['categories']),
    keys: typeof id === 'string' ? { googlebooks: id } : {},
  };
}

/** `2020`, or a whole date. */
function yearOf(date: string | null): number | null {
  const year = /^(\d{4})\b/.exec(date ?? '')?.[1];
  return year === undefined ? null : Number(year);
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function textsOf(value: unknown): string[] {
  return listOf(value).filter((each) => typeof each === 'string');
}
