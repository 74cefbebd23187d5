import { hasOtherRole } from '#domain/author-name.ts';
import { readIsbn } from '#domain/isbn.ts';
import { MAX_ISBNS } from '#domain/work.ts';
import type { Work, WorkAuthor } from '#domain/work.ts';

/** One row of a search, whatever was missing in it. */
export interface Doc {
  readonly key: string;
  readonly title: string;
  readonly subtitle: string | null;
  readonly authorNames: readonly string[];
  readonly authorKeys: readonly string[];
  readonly year: number | null;
  readonly editions: number;
  readonly cover: number | null;
  readonly isbns: readonly string[];
  readonly language: string | null;
  readonly subjects: readonly string[];
  /** As printed, with what they did: `Jane Doe (Translator)`. */
  readonly contributors: readonly string[];
}

const MAX_SUBJECTS = 12;
/** Of thousands for a classic; each is checked and turned into its ISBN-13. */
const MOST_READ = 400;

/** The rows of a search; those without key or title are left out. */
export function docsOf(value: unknown): { docs: readonly Doc[]; found: number | null } {
  const { docs, numFound, num_found: found } = asObject(value);
  const rows = Array.isArray(docs) ? docs.map(readDoc) : [];
  const total = numFound ?? found;
  return {
    docs: rows.filter((doc) => doc !== null),
    found: typeof total === 'number' ? total : null,
  };
}

export function toWork(doc: Doc): Work {
  return {
    title: doc.title,
    subtitle: doc.subtitle,
    authors: authorsOf(doc),
    firstPublished: doc.year,
    editions: Math.max(1, doc.editions),
    isbns: [...new Set(doc.isbns.map(readIsbn).filter((isbn) => isbn !== null))].slice(0, MAX_ISBNS),
    coverUrl: doc.cover === null ? null : `https://covers.openlibrary.org/b/id/${doc.cover}-M.jpg`,
    language: doc.language,
    subjects: doc.subjects.slice(0, MAX_SUBJECTS),
    keys: { openlibrary: doc.key },
  };
}

/** Who wrote it: without those whom the book itself names as translator, illustrator and the like. */
function authorsOf({ authorNames, authorKeys, contributors }: Doc): WorkAuthor[] {
  const others = new Set(
    contributors.filter(hasOtherRole).map((name) =>
      name
        .replace(/\s*[([].*$/u, '')
        .trim()
        .toLowerCase(),
    ),
  );
  return authorNames
    .map((name, at) => {
      const key = authorKeys[at];
      return { name, keys: key === undefined ? {} : { openlibrary: key } };
    })
    .filter(({ name }, at) => at === 0 || (!others.has(name.toLowerCase()) && !hasOtherRole(name)));
}

function readDoc(value: unknown): Doc | null {
  const doc = asObject(value);
  const key = /(?:\/works\/)?(OL\d+W)$/.exec(textOf(doc['key']) ?? '')?.[1];
  const title = textOf(doc['title']);
  if (key === undefined || title === null || title.trim() === '') return null;
  return {
    key,
    title: title.replace(/\p{Cc}/gu, ' ').trim(),
    subtitle: textOf(doc['subtitle']),
    authorNames: textsOf(doc['author_name']),
    authorKeys: textsOf(doc['author_key']).map((each) => each.replace('/authors/', '')),
    year: numberOf(doc['first_publish_year']),
    editions: numberOf(doc['edition_count']) ?? 1,
    // −1 is how a missing picture is written.
    cover: positive(numberOf(doc['cover_i'])),
    isbns: textsOf(doc['isbn']).slice(0, MOST_READ),
    language: textsOf(doc['language'])[0] ?? null,
    subjects: textsOf(doc['subject']),
    contributors: textsOf(doc['contributor']),
  };
}

export function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

export function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? Math.trunc(value) : null;
}

function positive(value: number | null): number | null {
  return value !== null && value > 0 ? value : null;
}
