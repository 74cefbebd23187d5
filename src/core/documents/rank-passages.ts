import type { PassageIndex } from './passage-index.ts';
import type { WordQuery } from './read-query.ts';
import type { WordIndex } from './word-index.ts';
import type { Ranked, WordScores } from './word-scores.ts';

export interface RankQuery {
  readonly projectId: number;
  readonly corpusVersion: number;
  readonly words: WordQuery;
  readonly vector: Float32Array;
  /** What the similarity of vectors counts; all words of the question together count 1. */
  readonly vectorWeight: number;
  /** Only chunks of these. */
  readonly documents?: ReadonlySet<number>;
}

/** With what its words gave of the score. */
export interface RankedPassage extends Ranked {
  readonly words: number;
}

/** How far down the two lists are read at first, for each passage that is wanted. */
const FIRST_DEPTH = 8;

/**
 * The `limit` best chunks by words and vectors together; null when the index moved on. The score of a chunk is
 *
 *     words / (what a chunk of nothing but the question would have) + weight × cosine
 *
 * and so a function of question, chunk and epoch: fusing ranks instead would make it depend on all other chunks.
 * The result is exact, though each list is read only as far as needed: a chunk that is in neither list scores less
 * than the ends of both together (Fagin's threshold algorithm), and the lists are read on until that is below the
 * last that is let in.
 *
 * @see https://doi.org/10.1145/375551.375567
 */
export async function rankPassages(
  index: PassageIndex,
  query: RankQuery,
  limit: number,
): Promise<readonly RankedPassage[] | null> {
  const words = index.at(query.projectId, query.corpusVersion);
  if (words === null) return null;
  const scores = words.score(query.words, query.documents);
  for (let depth = FIRST_DEPTH * limit + 8; ; depth *= 4) {
    const lists = await readLists(index, query, scores, depth);
    if (lists === null) return null;
    const ranked = lists.entries.sort((a, b) => b.score - a.score || byContent(words, a, b));
    const last = ranked[limit - 1];
    if (lists.unseen === 0 || (last !== undefined && last.score > lists.unseen))
      return ranked.slice(0, limit);
  }
}

interface Lists {
  readonly entries: RankedPassage[];
  /** No chunk that is not among the entries scores more. */
  readonly unseen: number;
}

async function readLists(
  index: PassageIndex,
  query: RankQuery,
  scores: WordScores,
  depth: number,
): Promise<Lists | null> {
  const { projectId, corpusVersion: version, vector, vectorWeight, documents } = query;
  const near = await index.vectors.search(projectId, {
    version,
    vector,
    limit: depth,
    ...(documents === undefined ? {} : { documents }),
  });
  if (near === null) return null;
  const worded = scores.top(depth);
  const similar = new Map(near.map(({ chunkId, score }) => [chunkId, score]));
  const missing = worded.map(({ chunkId }) => chunkId).filter((chunkId) => !similar.has(chunkId));
  const missed = await index.vectors.scores(projectId, { version, vector, chunkIds: missing });
  if (missed === null) return null;
  missing.forEach((chunkId, i) => similar.set(chunkId, missed[i] as number));
  const fuse = (wordScore: number, similarity: number): number =>
    wordScore + vectorWeight * Math.max(0, similarity);
  return {
    entries: Array.from(similar, ([chunkId, similarity]) => {
      const wordScore = scores.of(chunkId);
      return { chunkId, score: fuse(wordScore, similarity), words: wordScore };
    }).filter(({ score }) => score > 0),
    unseen: fuse(floorOf(worded, depth), floorOf(near, depth)),
  };
}

/** The score of the last in a list that was full; what a shorter one leaves out scores nothing. */
function floorOf(list: readonly Ranked[], depth: number): number {
  return list.length < depth ? 0 : (list[depth - 1]?.score ?? 0);
}

/** Chunks that score alike are ordered by what they are and where they stand, never by ids that come and go. */
function byContent(words: WordIndex, a: Ranked, b: Ranked): number {
  const [one, other] = [words.entryOf(a.chunkId), words.entryOf(b.chunkId)];
  if (one === null || other === null) return a.chunkId - b.chunkId;
  if (one.identity !== other.identity) return one.identity < other.identity ? -1 : 1;
  return one.documentId - other.documentId || one.number - other.number;
}
