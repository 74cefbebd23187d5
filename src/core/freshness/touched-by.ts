import { unpackTerms } from '#domain/chunk-terms.ts';
import type { CorpusStatistics } from '#domain/corpus-statistics.ts';
import { similarityAtMost } from '#domain/embedded-question.ts';
import { letsIn } from '#domain/passage-filter.ts';
import type { PassageFilter } from '#domain/passage-filter.ts';
import type { CorpusDifference } from '#ports/store/carried.ts';
import type { IndexEntry } from '#ports/store/documents.ts';
import { WordIndex } from '../documents/word-index.ts';
import { placeOf } from './carried-questions.ts';
import type { CarriedQuestion } from './carried-questions.ts';

export interface ChangedCorpus {
  readonly difference: CorpusDifference;
  readonly statistics: CorpusStatistics;
  /** What the similarity of vectors counts beside words: see `rankPassages`. */
  readonly vectorWeight: number;
}

/** For sums in another order: a suspect too many costs a look, one too few would be served stale. */
const SLACK = 1e-9;

/**
 * Tells which answers a change may touch: those for whose question a chunk that comes or goes scores as much as the
 * last that was let in, and those that rest on a paragraph that goes or gets other neighbours, since passages are joined
 * of neighbours. All others would be given the same passages: scores depend on question, chunk and epoch alone, so what
 * is let in stays, in the same order.
 *
 * A question that keeps to certain documents or tags is touched only by what it sees: nothing of a document that it lets in
 * on neither side of the change, and all of one that it lets in on one side only.
 */
export function touchedBy(corpus: ChangedCorpus): (question: CarriedQuestion) => boolean {
  const { documentId, chunks, paragraphs, isOfTags, isWhole } = corpus.difference;
  const sides = sidesSeen(corpus.difference);
  const places = new Set(paragraphs.map((hash) => placeOf(documentId, hash)));
  const words = new WordIndex();
  words.setStatistics(corpus.statistics);
  for (const entry of chunks) addTo(words, entry);
  return (question) => {
    const seen = sides(question.filter);
    if (seen === 'neither' || (seen === 'both' && isOfTags)) return false;
    if (seen === 'one' && !isWhole) return true;
    if (question.evidence.some((place) => places.has(place))) return true;
    return chunks.length > 0 && isReached(question, words, corpus);
  };
}

type Sides = 'neither' | 'one' | 'both';

/** On which sides of a change a question sees the document. */
function sidesSeen({ documentId, tags }: CorpusDifference): (filter: PassageFilter) => Sides {
  const { before, after } = tags;
  return (filter) => {
    const was = before !== null && letsIn(filter, documentId, before);
    const is = after !== null && letsIn(filter, documentId, after);
    if (was && is) return 'both';
    return was || is ? 'one' : 'neither';
  };
}

function addTo(words: WordIndex, { chunkId, documentId, number, identity, terms }: IndexEntry): void {
  const unpacked = unpackTerms(terms);
  if (unpacked !== null) words.add({ chunkId, documentId, number, identity }, unpacked);
}

function isReached(
  { words: query, vector, floor }: CarriedQuestion,
  words: WordIndex,
  { difference, vectorWeight }: ChangedCorpus,
): boolean {
  const scores = words.score(query);
  return difference.chunks.some(({ chunkId, vector: other }) => {
    const worded = scores.of(chunkId);
    // Vectors of length 1 are no nearer than 1.
    if (floor !== null && worded + vectorWeight + SLACK < floor) return false;
    const score = worded + vectorWeight * Math.max(0, similarityAtMost(vector, other));
    return floor === null ? score > 0 : score + SLACK >= floor;
  });
}
