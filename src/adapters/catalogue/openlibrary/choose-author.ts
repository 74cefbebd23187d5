import { authorKey, mayBeSame } from '#domain/author-name.ts';
import { readIsbn } from '#domain/isbn.ts';
import { titleKey } from '#domain/title.ts';
import type { WantedAuthor } from '#ports/catalogue.ts';
import type { Doc } from './read-docs.ts';

interface Candidate {
  /** Editions, and far above them the works that are known to be the wanted author's. */
  score: number;
  isExact: boolean;
}

const KNOWN_WORK = 1_000_000;

/**
 * Which of the authors in a search's rows is meant: of those with that name, the one who wrote what the reader has, or
 * else the one with most editions. A name that is only alike counts when none is the same.
 */
export function chooseAuthor(docs: readonly Doc[], wanted: WantedAuthor): string | null {
  const key = authorKey(wanted.name);
  const titles = new Set(wanted.titles.map(titleKey));
  const isbns = new Set(wanted.isbns);
  const candidates = new Map<string, Candidate>();
  for (const doc of docs) {
    const isKnown = titles.has(titleKey(doc.title)) || hasAny(doc, isbns);
    doc.authorKeys.forEach((id, at) => {
      const name = authorKey(doc.authorNames[at] ?? '');
      if (!mayBeSame(name, key)) return;
      const candidate = candidates.get(id) ?? { score: 0, isExact: name === key };
      candidate.score += doc.editions + (isKnown ? KNOWN_WORK : 0);
      candidates.set(id, candidate);
    });
  }
  const ranked = [...candidates].toSorted(
    ([, a], [, b]) => Number(b.isExact) - Number(a.isExact) || b.score - a.score,
  );
  return ranked[0]?.[0] ?? null;
}

function hasAny(doc: Doc, isbns: ReadonlySet<string>): boolean {
  return isbns.size > 0 && doc.isbns.some((isbn) => isbns.has(readIsbn(isbn) ?? ''));
}
