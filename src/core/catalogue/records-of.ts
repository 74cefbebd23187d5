import { authorKey } from '#domain/author-name.ts';
import type { NewRecord } from '#domain/catalogue.ts';
import type { JsonObject } from '#domain/json.ts';
import { titleKey } from '#domain/title.ts';
import { variantOf } from '#domain/work.ts';
import type { Work } from '#domain/work.ts';
import type { AuthorDetails, FoundAuthor } from '#ports/catalogue.ts';

/** How long records are fresh, in milliseconds. */
export interface RecordTtls {
  readonly titleMs: number;
  readonly isbnMs: number;
  readonly unknownMs: number;
}

export interface Fetched {
  readonly projectId: number;
  readonly source: string;
  readonly now: number;
  readonly ttls: RecordTtls;
}

/** Works as records: one under the title, one under each ISBN. */
export function recordsOfWorks(works: readonly Work[], fetched: Fetched): NewRecord[] {
  return works.flatMap((work) => {
    const value = presentWork(work);
    const title = titleRecord(work, value, fetched);
    return [title, ...work.isbns.map((isbn) => isbnRecord(isbn, work, value, fetched))];
  });
}

function isbnRecord(isbn: string, work: Work, value: JsonObject, fetched: Fetched): NewRecord {
  const { isbnMs } = fetched.ttls;
  // The other ISBNs are the title's to list: in each of them they would be stored squared.
  const { isbns: _others, subjects: _subjects, ...edition } = value;
  return record(fetched, {
    kind: 'isbn',
    key: isbn,
    name: work.title,
    value: { isbn, ...edition },
    ttlMs: isbnMs,
  });
}

/** An author with the works that are known of them. */
export function authorRecord(
  author: FoundAuthor,
  works: readonly Work[],
  details: AuthorDetails | null,
  fetched: Fetched,
): NewRecord {
  const value: JsonObject = {
    name: author.name,
    keys: { ...author.keys },
    workCount: author.total ?? works.length,
    works: works.map(({ title, firstPublished, editions, coverUrl, isbns }) => ({
      title,
      firstPublished,
      editions,
      coverUrl,
      isbn: isbns[0] ?? null,
    })),
    ...(details === null ? {} : { details: { ...details } as unknown as JsonObject }),
  };
  const { titleMs } = fetched.ttls;
  return record(fetched, {
    kind: 'author',
    key: authorKey(author.name),
    name: author.name,
    value,
    ttlMs: titleMs,
  });
}

/** What nobody knows: kept for a while, so that no source is asked for it again and again. */
export function unknownRecord(
  what: { readonly kind: NewRecord['kind']; readonly key: string; readonly name: string },
  fetched: Fetched,
): NewRecord {
  return record(fetched, { ...what, value: null, ttlMs: fetched.ttls.unknownMs });
}

function titleRecord(work: Work, value: JsonObject, fetched: Fetched): NewRecord {
  const { titleMs } = fetched.ttls;
  const key = titleKey(work.title);
  return record(fetched, {
    kind: 'title',
    key,
    variant: variantOf(work),
    name: work.title,
    value,
    ttlMs: titleMs,
  });
}

interface Made {
  readonly kind: NewRecord['kind'];
  readonly key: string;
  readonly variant?: string;
  readonly name: string;
  readonly value: JsonObject | null;
  readonly ttlMs: number;
}

function record({ projectId, source, now }: Fetched, made: Made): NewRecord {
  const { kind, key, variant = '', name, value, ttlMs } = made;
  return { projectId, kind, key, variant, name, value, source, fetchedAt: now, expiresAt: now + ttlMs };
}

function presentWork(work: Work): JsonObject {
  return {
    title: work.title,
    subtitle: work.subtitle,
    authors: work.authors.map(({ name, keys }) => ({ name, keys: { ...keys } })),
    firstPublished: work.firstPublished,
    editions: work.editions,
    isbns: [...work.isbns],
    coverUrl: work.coverUrl,
    language: work.language,
    subjects: [...work.subjects],
    keys: { ...work.keys },
  };
}
