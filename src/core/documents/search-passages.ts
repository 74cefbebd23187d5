import type { Passage } from '#domain/document.ts';
import { textOf } from '#domain/document.ts';
import { Fault } from '#domain/fault.ts';
import type { PassageFilter } from '#domain/passage-filter.ts';
import { termsOf, wordsOf } from '#domain/words.ts';
import type { DocumentStore } from '#ports/store/documents.ts';
import { checkDocuments } from './find-filtered.ts';
import { retrievePassages } from './retrieve-passages.ts';
import type { RetrievalDeps } from './retrieve-passages.ts';

export interface PassageSearch {
  /** Pays, beside the project, for embedding the query; null: the project alone. */
  readonly keyId: number | null;
  readonly query: string;
  readonly limit: number;
  readonly filter: PassageFilter;
}

export interface SearchDeps extends RetrievalDeps {
  readonly store: RetrievalDeps['store'] & { readonly documents: Pick<DocumentStore, 'find'> };
}

/** A passage, with the words in it that the query asks for, as they stand there but for capitals. */
export interface FoundPassage extends Passage {
  readonly matches: readonly string[];
}

const MAX_QUERY_LENGTH = 2_000;

/**
 * Passages as retrieval sees them, for people who wonder what an answer is made from.
 *
 * @throws Fault `query_missing`, `query_too_long`, `not_found` for a document of the filter
 */
export async function searchPassages(
  deps: SearchDeps,
  projectId: number,
  { keyId, query, limit, filter }: PassageSearch,
): Promise<readonly FoundPassage[]> {
  const question = query.trim();
  if (question === '')
    throw new Fault('invalid', 'query_missing', 'There is nothing to search for: give some words.');
  if (question.length > MAX_QUERY_LENGTH) {
    throw new Fault(
      'invalid',
      'query_too_long',
      `A search has at most ${MAX_QUERY_LENGTH} characters: shorten it.`,
    );
  }
  // No signal: a search is done within milliseconds, before a hang-up could be noticed.
  const { signal } = new AbortController();
  await checkDocuments(deps.store.documents, projectId, filter);
  const { passages } = await retrievePassages(deps, { projectId, keyId, question, filter, limit, signal });
  const asked = new Set(termsOf(question));
  return passages.map((passage) => ({ ...passage, matches: matchesOf(asked, passage) }));
}

function matchesOf(asked: ReadonlySet<string>, passage: Passage): string[] {
  const words = new Set(wordsOf(textOf(passage)));
  return [...words].filter((word) => termsOf(word).some((term) => asked.has(term)));
}
