import type { Passage } from '#domain/document.ts';
import { isListItem } from './candidates.ts';
import type { Question } from './question.ts';
import type { Scored } from './score.ts';

const MAX_SENTENCES = 3;

/** How near to the best a further sentence must come: beside it, and anywhere else. */
const NEAR_SHARE = 0.55;
const FAR_SHARE = 0.7;

/** The sentences of an answer in reading order; none when the passages do not answer the question. */
export function chooseSentences(
  question: Question,
  passages: readonly Passage[],
  scored: readonly Scored[],
): Scored[] {
  const ranked = scored.toSorted((a, b) => b.score - a.score || a.order - b.order);
  const [best] = ranked;
  if (best === undefined || question.terms.length === 0 || best.coverage < leastCoverage(question)) return [];
  const chosen = [best];
  for (const other of ranked.slice(1)) {
    if (chosen.length === MAX_SENTENCES) break;
    if (other.score >= best.score * (isBeside(best, other) ? NEAR_SHARE : FAR_SHARE)) chosen.push(other);
  }
  return withLeadIns(chosen, passages, scored).toSorted((a, b) => a.order - b.order);
}

function isBeside(a: Scored, b: Scored): boolean {
  return a.passage === b.passage && Math.abs(a.order - b.order) <= 2;
}

/** A list item says little without the line above the list, which ends in a colon. */
function withLeadIns(
  chosen: readonly Scored[],
  passages: readonly Passage[],
  scored: readonly Scored[],
): Scored[] {
  const all = new Set(chosen);
  for (const one of chosen) {
    const leadIn = leadInOf(one, passages, scored);
    if (leadIn !== undefined) all.add(leadIn);
  }
  return [...all];
}

function leadInOf(item: Scored, passages: readonly Passage[], scored: readonly Scored[]): Scored | undefined {
  if (!isListItem(item.quote)) return undefined;
  for (let order = item.order - 1; order >= 0; order -= 1) {
    const above = scored[order];
    if (above === undefined || above.passage !== item.passage) return undefined;
    if (above.quote.trimEnd().endsWith(':')) return above;
    if (!isListItem(passages[above.passage]?.paragraphs[above.paragraph]?.text ?? '')) return undefined;
  }
  return undefined;
}

/**
 * Below this share the question's words are not there, and what would be quoted only sounds near. A question of
 * few words must be covered nearly whole: half of "swimming pool" is a pool car. People who tell a story use many
 * words that no handbook has.
 */
function leastCoverage(question: Question): number {
  const size = question.terms.reduce((sum, term) => sum + term.weight, 0);
  return Math.min(0.9, 0.24 + 0.68 / size);
}
