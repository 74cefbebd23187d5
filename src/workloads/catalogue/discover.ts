import { authorKey, readAuthorName } from '#domain/author-name.ts';
import type { Child, CoAuthor } from '#domain/catalogue.ts';
import { isWorkTitle } from '#domain/title.ts';
import { MAX_WORK_AUTHORS, mergeWorks } from '#domain/work.ts';
import type { Work } from '#domain/work.ts';
import type { FoundAuthor } from '#ports/catalogue.ts';
import { priorityOf, writePayload } from './author-payload.ts';
import type { AuthorPayload } from './author-payload.ts';

/** What of an author's works counts, and whom they lead to. */
export interface Sorted {
  readonly works: readonly Work[];
  readonly coAuthors: readonly CoAuthor[];
  /** Why some were left out: shown with the item. */
  readonly leftOut: { readonly notWorks: number; readonly duplicates: number; readonly anthologies: number };
}

const MOST_CO_AUTHORS = 100;

/** Leaves out what is no work, makes one of what is listed twice, and finds who wrote along. */
export function sortWorks(found: FoundAuthor): Sorted {
  const real = found.works.filter((work) => isWorkTitle(work.title));
  const works = mergeWorks(real);
  const anthologies = works.filter((work) => work.authors.length > MAX_WORK_AUTHORS);
  return {
    works,
    coAuthors: coAuthorsOf(found, works),
    leftOut: {
      notWorks: found.works.length - real.length,
      duplicates: real.length - works.length,
      anthologies: anthologies.length,
    },
  };
}

/** Those who wrote a work with the author; an anthology leads to nobody. */
function coAuthorsOf(found: FoundAuthor, works: readonly Work[]): CoAuthor[] {
  const own = new Set([authorKey(found.name), ...Object.values(found.keys)]);
  const coAuthors = new Map<string, CoAuthor>();
  for (const { authors, title } of works) {
    if (authors.length > MAX_WORK_AUTHORS) continue;
    for (const { name, keys } of authors) {
      const read = readAuthorName(name);
      if (read === null || own.has(read.key) || Object.values(keys).some((key) => own.has(key))) continue;
      if (!coAuthors.has(read.key)) coAuthors.set(read.key, { name: read.shown, keys, through: title });
    }
  }
  return [...coAuthors.values()].slice(0, MOST_CO_AUTHORS);
}

/** Co-authors as items, one level deeper. */
export function childrenOf(
  parent: AuthorPayload,
  levels: number,
  coAuthors: readonly CoAuthor[],
  why: (coAuthor: CoAuthor) => string,
): Child[] {
  const depth = parent.depth + 1;
  return coAuthors.map((coAuthor) => {
    const payload: AuthorPayload = {
      author: coAuthor.name,
      depth,
      levels: levels - 1,
      keys: coAuthor.keys,
      books: 0,
      titles: [],
      isbns: [],
      rank: parent.rank,
      why: why(coAuthor).slice(0, 300),
    };
    return {
      key: authorKey(coAuthor.name),
      depth,
      priority: priorityOf(payload),
      payload: writePayload(payload),
    };
  });
}
