import { authorKey, readAuthorName } from '#domain/author-name.ts';
import type { RecordKind } from '#domain/catalogue.ts';
import { Fault } from '#domain/fault.ts';
import { readIsbn } from '#domain/isbn.ts';
import { titleKey, withoutSeries } from '#domain/title.ts';

export interface LookUp {
  readonly kind: RecordKind;
  /** As a person writes it. */
  readonly text: string;
  /** Of a title: only works of this author. */
  readonly author: string | null;
  /** `only` asks no source; `refresh` asks one whatever is cached. */
  readonly cache: 'use' | 'only' | 'refresh';
  readonly signal: AbortSignal;
}

/** What a look-up is for, normalised. */
export interface Wanted {
  readonly projectId: number;
  readonly kind: RecordKind;
  readonly key: string;
  readonly name: string;
  readonly author: string | null;
}

/** @throws Fault invalid `not_a_key` */
export function readWanted(projectId: number, { kind, text, author }: LookUp): Wanted {
  const by = author === null ? null : (readAuthorName(author)?.key ?? null);
  if (kind === 'isbn') {
    const isbn = readIsbn(text);
    if (isbn === null)
      throw notAKey('isbn', text, 'an ISBN has 10 or 13 digits, and its last one is a check digit');
    return { projectId, kind, key: isbn, name: isbn, author: null };
  }
  const name = text.slice(0, 500).trim();
  const key = kind === 'author' ? authorKey(readAuthorName(name)?.shown ?? '') : titleKey(name);
  if (key === '') throw notAKey(kind, text, name.length > 200 ? 'it is too long' : 'it has no letters');
  return { projectId, kind, key, name: kind === 'title' ? withoutSeries(name) : name, author: by };
}

function notAKey(kind: string, text: string, why: string): Fault {
  return new Fault('invalid', 'not_a_key', `“${text.slice(0, 60)}” is no ${kind}: ${why}.`);
}
