import { consonantsOf, mayBeSame, readAuthorName } from '#domain/author-name.ts';
import { Fault } from '#domain/fault.ts';
import { withoutSeries } from '#domain/title.ts';
import type { AuthorPayload } from './author-payload.ts';
import { MAX_DEPTH } from './options.ts';
import type { CatalogueOptions } from './options.ts';

/** One row of a list, as far as it is of use. */
export interface Book {
  readonly line: number;
  readonly title: string;
  readonly author: string;
  readonly isbns: readonly string[];
  /** 0: not rated. */
  readonly rating: number;
  readonly reads: number;
}

/** An author of a list. */
export interface Listed {
  readonly key: string;
  readonly name: string;
  readonly line: number;
  readonly books: number;
  readonly titles: readonly string[];
  readonly isbns: readonly string[];
  /** Mean of the rated ones; 0 when none is. */
  readonly rating: number;
  readonly reads: number;
  /** Other spellings that were taken for the same. */
  readonly alsoSpelled: readonly string[];
}

interface Entry {
  key: string;
  name: string;
  line: number;
  books: number;
  titles: string[];
  isbns: string[];
  ratings: number;
  rated: number;
  reads: number;
  spellings: Set<string>;
}

const MAX_AUTHORS = 100_000;
const MOST_KEPT = 3;

/** Gathers the books of a list by author. Its size is bounded by the number of authors, not by the list. */
export class Roster {
  readonly #entries = new Map<string, Entry>();

  /** @returns false when the name names nobody */
  add(book: Book): boolean {
    const name = readAuthorName(book.author);
    if (name === null) return false;
    let entry = this.#entries.get(name.key);
    if (entry === undefined) {
      if (this.#entries.size >= MAX_AUTHORS) throw tooManyAuthors();
      entry = emptyEntry(name.key, name.shown, book.line);
      this.#entries.set(name.key, entry);
    }
    if (entry.spellings.size < 5) entry.spellings.add(name.shown);
    entry.books += 1;
    entry.reads += book.reads;
    if (book.rating > 0) {
      entry.ratings += book.rating;
      entry.rated += 1;
    }
    if (entry.titles.length < MOST_KEPT && book.title !== '')
      entry.titles.push(withoutSeries(book.title).slice(0, 200));
    for (const isbn of book.isbns) if (entry.isbns.length < MOST_KEPT) entry.isbns.push(isbn);
    return true;
  }

  /** The authors, spellings of one person put together, in the order in which they first came. */
  finish(): Listed[] {
    for (const group of this.#groups()) mergeGroup(group, this.#entries);
    return [...this.#entries.values()].map(toListed);
  }

  /** Authors who can be the same at all: by surname, and by given names with a surname that sounds alike. */
  *#groups(): Generator<Entry[]> {
    const groups = new Map<string, Entry[]>();
    for (const entry of this.#entries.values()) {
      const words = entry.key.split(' ');
      const surname = words.at(-1) as string;
      const given = words.slice(0, -1).join(' ');
      for (const name of [surname, `${given}\n${consonantsOf(surname)}`]) {
        const group = groups.get(name);
        if (group === undefined) groups.set(name, [entry]);
        else group.push(entry);
      }
    }
    for (const group of groups.values()) if (group.length > 1) yield group;
  }
}

/** A surname that so many share is compared with nobody: the pairs would be too many. */
const MOST_COMPARED = 200;

/** Puts a name to another of which it can only be a spelling; one that could be two people stays by itself. */
function mergeGroup(group: readonly Entry[], entries: Map<string, Entry>): void {
  if (group.length > MOST_COMPARED) return;
  for (const entry of group) {
    const others = group.filter(
      (other) => other !== entry && entries.has(other.key) && mayBeSame(other.key, entry.key),
    );
    const [only] = others;
    if (others.length !== 1 || only === undefined || !entries.has(entry.key)) continue;
    const [kept, gone] = isFuller(only, entry) ? [only, entry] : [entry, only];
    if (othersOf(gone, group, entries).length > 1) continue;
    join(kept, gone);
    entries.delete(gone.key);
  }
}

function othersOf(entry: Entry, group: readonly Entry[], entries: ReadonlyMap<string, Entry>): Entry[] {
  return group.filter(
    (other) => other !== entry && entries.has(other.key) && mayBeSame(other.key, entry.key),
  );
}

/** The one whose name says more, or else who has more books. */
function isFuller(a: Entry, b: Entry): boolean {
  return a.name.length === b.name.length ? a.books >= b.books : a.name.length > b.name.length;
}

function join(kept: Entry, gone: Entry): void {
  kept.line = Math.min(kept.line, gone.line);
  kept.books += gone.books;
  kept.titles = [...kept.titles, ...gone.titles].slice(0, MOST_KEPT);
  kept.isbns = [...kept.isbns, ...gone.isbns].slice(0, MOST_KEPT);
  kept.ratings += gone.ratings;
  kept.rated += gone.rated;
  kept.reads += gone.reads;
  for (const spelling of gone.spellings) kept.spellings.add(spelling);
}

function emptyEntry(key: string, name: string, line: number): Entry {
  return {
    key,
    name,
    line,
    books: 0,
    titles: [],
    isbns: [],
    ratings: 0,
    rated: 0,
    reads: 0,
    spellings: new Set(),
  };
}

function toListed({ ratings, rated, spellings, ...entry }: Entry): Listed {
  return {
    ...entry,
    rating: rated === 0 ? 0 : ratings / rated,
    alsoSpelled: [...spellings].filter((spelling) => spelling !== entry.name),
  };
}

function tooManyAuthors(): Fault {
  const most = MAX_AUTHORS.toLocaleString('en');
  return new Fault(
    'too_large',
    'too_many_authors',
    `A list names at most ${most} authors: send it in parts.`,
  );
}

/** What the item of a listed author carries: where it stands, how deep it goes, and why. */
export function payloadFor(listed: Listed, options: CatalogueOptions): AuthorPayload {
  const { books, rating, reads } = listed;
  const rank = options.order === 'popular' ? rankOf(listed) : 0;
  const fondness = options.depthBy === 'favourites' ? fondnessOf(listed) : 0;
  const levels = Math.max(0, Math.min(MAX_DEPTH, options.maxDepth + fondness));
  const facts = [
    `${books} ${books === 1 ? 'book' : 'books'} of the list`,
    ...(rating > 0 ? [`rated ${rating.toFixed(1)}`] : []),
    ...(reads > 0 ? [`read ${reads} ${reads === 1 ? 'time' : 'times'}`] : []),
    ...(fondness > 0 ? ['a favourite: one level deeper'] : []),
    ...(fondness < 0 ? ['a one-off: one level less'] : []),
  ];
  return {
    author: listed.name,
    depth: 0,
    levels: fondness === 0 ? null : levels,
    keys: {},
    books,
    titles: listed.titles,
    isbns: listed.isbns,
    rank,
    why: facts.join(', '),
  };
}

/** 0 to 99: what is rated, had and read most is warmed first. */
function rankOf({ books, rating, reads }: Listed): number {
  return Math.min(99, Math.round(rating * 10) + 3 * Math.min(books, 8) + 3 * Math.min(reads, 8));
}

function fondnessOf({ books, rating, reads }: Listed): -1 | 0 | 1 {
  if ((rating >= 4 && books >= 2) || (rating >= 4.5 && reads >= 2)) return 1;
  return books === 1 && reads <= 1 && rating <= 3 ? -1 : 0;
}
