import { authorKey } from './author-name.ts';
import { titleKey } from './title.ts';

/** One work of a catalogue, merged over its editions. */
export interface Work {
  readonly title: string;
  readonly subtitle: string | null;
  readonly authors: readonly WorkAuthor[];
  readonly firstPublished: number | null;
  readonly editions: number;
  /** ISBN-13s, at most `MAX_ISBNS`. */
  readonly isbns: readonly string[];
  readonly coverUrl: string | null;
  readonly language: string | null;
  readonly subjects: readonly string[];
  /** What sources call it: `{"openlibrary": "OL45804W"}`. */
  readonly keys: SourceKeys;
}

export interface WorkAuthor {
  readonly name: string;
  /** What sources call the person; empty when they gave a name only. */
  readonly keys: SourceKeys;
}

export type SourceKeys = Readonly<Record<string, string>>;

export const MAX_ISBNS = 60;
const MAX_SUBJECTS = 12;

/** Works of more authors than this are anthologies: they lead to nobody. */
export const MAX_WORK_AUTHORS = 4;

/** Where a work belongs among works of the same title: its first author. */
export function variantOf(work: Pick<Work, 'authors'>): string {
  const [first] = work.authors;
  return first === undefined ? '' : authorKey(first.name);
}

/**
 * Makes one of works that are the same: by a shared ISBN, or by title and an author in common. Sources list a book
 * several times, under keys that differ in nothing but capitals.
 */
export function mergeWorks(works: readonly Work[]): Work[] {
  const merged: Work[] = [];
  const byIsbn = new Map<string, number>();
  const byName = new Map<string, number>();
  for (const work of works) {
    const names = namesOf(work);
    const at = places(work, names, { byIsbn, byName });
    const index = at ?? merged.length;
    merged[index] = at === undefined ? work : mergeTwo(merged[at] as Work, work);
    for (const isbn of work.isbns) byIsbn.set(isbn, index);
    for (const name of names) byName.set(name, index);
  }
  return merged;
}

function places(
  work: Work,
  names: readonly string[],
  { byIsbn, byName }: { byIsbn: ReadonlyMap<string, number>; byName: ReadonlyMap<string, number> },
): number | undefined {
  for (const name of names) {
    const found = byName.get(name);
    if (found !== undefined) return found;
  }
  for (const isbn of work.isbns) {
    const found = byIsbn.get(isbn);
    if (found !== undefined) return found;
  }
  return undefined;
}

function namesOf(work: Work): string[] {
  const title = titleKey(work.title);
  return work.authors.map((author) => `${title}\n${authorKey(author.name)}`);
}

/** The one with more editions lends its title; what it lacks comes from the other. */
function mergeTwo(a: Work, b: Work): Work {
  const [main, other] = a.editions >= b.editions ? [a, b] : [b, a];
  return {
    title: main.title,
    subtitle: main.subtitle ?? other.subtitle,
    authors: main.authors.length > 0 ? main.authors : other.authors,
    firstPublished: earliest(main.firstPublished, other.firstPublished),
    editions: main.editions + other.editions,
    isbns: [...new Set([...main.isbns, ...other.isbns])].slice(0, MAX_ISBNS),
    coverUrl: main.coverUrl ?? other.coverUrl,
    language: main.language ?? other.language,
    subjects: [...new Set([...main.subjects, ...other.subjects])].slice(0, MAX_SUBJECTS),
    keys: { ...other.keys, ...main.keys },
  };
}

function earliest(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}
