import type { Passage } from '#domain/document.ts';
import type { EmbeddedQuestion } from '#domain/embedded-question.ts';
import { Fault } from '#domain/fault.ts';
import type { Payer } from '#domain/budget.ts';
import { isUnfiltered, NO_FILTER } from '#domain/passage-filter.ts';
import type { PassageFilter } from '#domain/passage-filter.ts';
import type { Embedder, EmbedSpending } from '#ports/model.ts';
import type { DocumentStore } from '#ports/store/documents.ts';
import type { ProjectStore } from '#ports/store/projects.ts';
import { findFiltered } from './find-filtered.ts';
import type { PassageIndex } from './passage-index.ts';
import { rankPassages } from './rank-passages.ts';
import type { RankedPassage, RankQuery } from './rank-passages.ts';
import { readQuery } from './read-query.ts';
import { PassageSelection } from './select-passages.ts';

export interface RetrievalDeps {
  readonly store: {
    readonly projects: Pick<ProjectStore, 'corpusVersion'>;
    readonly documents: Pick<DocumentStore, 'passages' | 'list'>;
  };
  readonly index: PassageIndex;
  /** The embedder of the project's index, as it is when it is asked for; what it takes is booked on the payer. */
  readonly embedderOf: (payer: Payer) => Promise<Embedder>;
}

export interface RetrievalRequest extends Payer {
  readonly question: string;
  /** Chunks; passages are fewer where chunks are joined. */
  readonly limit: number;
  /** Absent: all documents. */
  readonly filter?: PassageFilter;
  readonly signal: AbortSignal;
}

/** Passages, best first, all as of one corpus version. */
export interface Retrieval {
  readonly corpusVersion: number;
  /** The epoch whose statistics ranked them. */
  readonly epoch: number;
  readonly passages: readonly Passage[];
  /**
   * The score of the last chunk that was looked at: one that scores less changes nothing. Null when all that
   * scored were looked at: then any that scores does.
   */
  readonly floor: number | null;
  /** The question as it was embedded. */
  readonly asked: EmbeddedQuestion;
  /** What embedding it took. */
  readonly spent: EmbedSpending;
}

/** A corpus that moves this often during one question is being rebuilt; one retrieval takes about a millisecond. */
const MAX_TRIES = 25;

/**
 * The passages nearest to a question, by words (BM25) and by vectors. Deterministic, and never a mix of two corpus
 * versions: when documents change under it, it begins again.
 *
 * @throws Fault `corpus_moving` when documents change faster than they can be read; `budget_spent` where embedding the
 *   question is more than is left
 */
export async function retrievePassages(deps: RetrievalDeps, request: RetrievalRequest): Promise<Retrieval> {
  const { projectId, keyId, question, filter = NO_FILTER, signal } = request;
  const spent = { tokens: 0, costMicros: 0 };
  const words = readQuery(question);
  let embedded: WeighedQuestion | null = null;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    signal.throwIfAborted();
    const corpusVersion = await deps.store.projects.corpusVersion(projectId);
    // Another embedder comes with another corpus version: the one read after it is that of the index.
    const embedder = await deps.embedderOf({ projectId, keyId });
    if (embedded?.embedder !== embedder.name)
      embedded = await embedQuestion(embedder, question, { signal, spending: spent });
    const { vector, vectorWeight } = embedded;
    // For each version: tags change with it.
    const within = isUnfiltered(filter)
      ? {}
      : {
          documents: await deps.index.filtered({ projectId, corpusVersion, filter }, () =>
            findFiltered(deps.store.documents, projectId, filter),
          ),
        };
    const query: RankQuery = {
      projectId,
      corpusVersion,
      words,
      vector,
      vectorWeight,
      ...within,
    };
    const retrieval = await retrieveAt(deps, query, request.limit);
    if (retrieval !== null && (await deps.store.projects.corpusVersion(projectId)) === corpusVersion) {
      return { ...retrieval, asked: { embedder: embedder.name, vector }, spent };
    }
  }
  throw new Fault(
    'unavailable',
    'corpus_moving',
    'The documents change faster than they can be read: try again in a moment.',
    { retryAfterSeconds: 1 },
  );
}

interface WeighedQuestion extends EmbeddedQuestion {
  readonly vectorWeight: number;
}

async function embedQuestion(
  embedder: Embedder,
  question: string,
  { signal, spending }: { readonly signal: AbortSignal; readonly spending: EmbedSpending },
): Promise<WeighedQuestion> {
  const options = { purpose: 'question', spending } as const;
  const [vector = new Float32Array()] = await embedder.embed([question], signal, options);
  return { embedder: embedder.name, vector, vectorWeight: embedder.weight ?? 1 };
}

type Found = Omit<Retrieval, 'asked' | 'spent'>;

/** Null when the corpus is known to have moved on; otherwise the caller has to check that it did not. */
async function retrieveAt(deps: RetrievalDeps, query: RankQuery, limit: number): Promise<Found | null> {
  const { projectId, corpusVersion } = query;
  await deps.index.catchUp(projectId, corpusVersion);
  const epoch = deps.index.at(projectId, corpusVersion)?.statistics.epoch;
  if (epoch === undefined) return null;
  const selection = new PassageSelection(limit);
  let looked = 0;
  // What is left out as a duplicate makes room: then the ranking is read on.
  for (let depth = limit; ; depth *= 2) {
    const ranked = await rankPassages(deps.index, query, depth);
    if (ranked === null) return null;
    const taken = await take(deps, projectId, ranked.slice(looked), selection);
    if (taken === null) return null;
    looked += taken;
    if (selection.isFull || ranked.length < depth) {
      const floor = selection.isFull ? (ranked[looked - 1]?.score ?? null) : null;
      return { corpusVersion, epoch, passages: selection.passages(), floor };
    }
  }
}

/** How many of the ranked were looked at until the selection was full; null when one is no longer there. */
async function take(
  { store }: RetrievalDeps,
  projectId: number,
  ranked: readonly RankedPassage[],
  selection: PassageSelection,
): Promise<number | null> {
  const ids = ranked.map(({ chunkId }) => chunkId);
  const chunks = await store.documents.passages.load(projectId, ids);
  if (chunks.length !== ids.length) return null;
  let taken = 0;
  for (const chunk of chunks) {
    if (selection.isFull) break;
    const { score, words } = ranked[taken] as RankedPassage;
    selection.add(chunk, score, words);
    taken += 1;
  }
  return taken;
}
