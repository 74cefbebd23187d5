import type { Figures } from '#domain/catalogue.ts';
import type { Estimate } from './list-preview.ts';

export interface Plan {
  /** Authors of the list. */
  readonly authors: number;
  readonly maxDepth: number;
  readonly concurrency: number;
  readonly paceMs: number;
}

/** Fewer ended items of a level than this say nothing about it. */
const LEAST_ENDED = 5;

/**
 * What a run would come to, going by the figures of earlier runs: how many authors one author led to on each level, and
 * what one of them took.
 */
export function estimateRun(figures: Figures, { authors, maxDepth, concurrency, paceMs }: Plan): Estimate {
  const total = expectedAuthors(figures, authors, maxDepth);
  const done = figures['authors'] ?? 0;
  const perAuthor = (name: string): number | null =>
    done < LEAST_ENDED || total === null ? null : Math.round(((figures[name] ?? 0) / done) * total);
  const runMs = perAuthor('run_ms');
  const seconds =
    runMs === null ? null : Math.ceil(Math.max(runMs / concurrency, (total ?? 0) * paceMs) / 1_000);
  return { authors: total ?? authors, works: perAuthor('works'), calls: perAuthor('calls'), seconds };
}

/** Authors of the list and those they lead to; null when nothing is known of a level that counts. */
export function expectedAuthors(figures: Figures, authors: number, maxDepth: number): number | null {
  let level = authors;
  let total = authors;
  for (let depth = 0; depth < maxDepth; depth += 1) {
    const ended = figures[`ended_${depth}`] ?? 0;
    if (ended < LEAST_ENDED && depth === 0) return null;
    if (ended === 0) break;
    level *= (figures[`ended_${depth + 1}`] ?? 0) / ended;
    total += level;
  }
  return Math.round(total);
}
