import { packQuestion, similarityAtMost } from '#domain/embedded-question.ts';
import { filterText } from '#domain/passage-filter.ts';
import type { PassageFilter } from '#domain/passage-filter.ts';
import { mayMeanTheSame } from '#domain/same-meaning.ts';
import { unitOf } from '#domain/similarity.ts';
import type { Embedder } from '#ports/model.ts';
import type { GroupedMiss, MissHead, MissStore } from '#ports/store/misses.ts';
import { breathe } from '../breathe.ts';

export interface GroupMissesDeps {
  readonly store: { readonly misses: Pick<MissStore, 'ungrouped' | 'heads' | 'group'> };
  /** The embedder of the project's index. */
  readonly embedderOf: (projectId: number) => Promise<Embedder>;
}

/** Questions that are embedded together, and compared between two looks at the event loop. */
const AT_ONCE = 50;

/** Where an embedder does not say: models put paraphrases above it, and most of what is merely of the same matter below. */
const SAME_FROM = 0.85;

/**
 * Puts questions that missed into groups of those that mean the same. Each is compared once with what the groups began
 * with, in the order in which they came, so the same misses always make the same groups. Gives how many it looked at.
 *
 * @throws what the embedder throws
 */
export async function groupMisses(
  { store, embedderOf }: GroupMissesDeps,
  projectId: number,
  signal: AbortSignal,
): Promise<number> {
  const embedder = await embedderOf(projectId);
  let looked = 0;
  let heads: MissHead[] | null = null;
  for (;;) {
    const misses = await store.misses.ungrouped(projectId, embedder.name, AT_ONCE);
    if (misses.length === 0) return looked;
    heads ??= [...(await store.misses.heads(projectId, embedder.name))];
    const texts = misses.map(({ question }) => question);
    const vectors = await embedder.embed(texts, signal, { purpose: 'question' });
    const grouped: GroupedMiss[] = [];
    for (const [i, { id, question, filter }] of misses.entries()) {
      const vector = unitOf(vectors[i] ?? new Float32Array());
      const like = nearest(heads, { question, filter, vector, from: embedder.sameFrom ?? SAME_FROM });
      const packed = packQuestion(vector);
      if (like === null) heads.push({ groupId: id, question, filter, vector: packed });
      grouped.push({ missId: id, groupId: like?.groupId ?? id, vector: packed });
    }
    await store.misses.group(projectId, embedder.name, grouped);
    looked += misses.length;
    await breathe(signal);
  }
}

interface Compared {
  readonly question: string;
  readonly filter: PassageFilter;
  readonly vector: Float32Array;
  /** Similarity from which two mean the same. */
  readonly from: number;
}

/** Of equals the oldest. */
function nearest(heads: readonly MissHead[], { question, filter, vector, from }: Compared): MissHead | null {
  let found: MissHead | null = null;
  let best = from;
  for (const head of heads) {
    const similarity = similarityAtMost(head.vector, vector);
    if (similarity < best || (found !== null && similarity === best)) continue;
    if (filterText(head.filter) !== filterText(filter)) continue;
    if (!mayMeanTheSame(head.question, question)) continue;
    found = head;
    best = similarity;
  }
  return found;
}
