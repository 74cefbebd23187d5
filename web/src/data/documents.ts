import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { Chunk, Citation, PreheatClient, SearchQuery } from '#sdk/index.ts';

/** Passages of one search. */
const PASSAGES = 20;

/** Rows of one page; the server gives at most 1,000. */
const CHUNKS_AT_ONCE = 200;
const CHUNKS_WHILE_LOOKING = 1_000;

const DOCUMENTS_AT_ONCE = 100;

/** Documents whose name matches, newest first. */
export function documentsQuery(client: PreheatClient, text: string | undefined) {
  return infiniteQueryOptions({
    queryKey: ['documents', text ?? ''],
    queryFn: ({ pageParam, signal }) =>
      client.documents.list({ limit: DOCUMENTS_AT_ONCE, cursor: pageParam, text }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });
}

/** Cached answers that rest on a document. */
export function restingQuery(client: PreheatClient, documentId: string) {
  return infiniteQueryOptions({
    queryKey: ['document', documentId, 'answers'],
    queryFn: ({ pageParam, signal }) =>
      client.documents.answers(documentId, { limit: DOCUMENTS_AT_ONCE, cursor: pageParam }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });
}

export function documentQuery(client: PreheatClient, documentId: string) {
  return queryOptions({
    queryKey: ['document', documentId],
    queryFn: ({ signal }) => client.documents.get(documentId, { signal }),
  });
}

export function chunksQuery(client: PreheatClient, documentId: string) {
  return infiniteQueryOptions({
    queryKey: ['document', documentId, 'chunks'],
    queryFn: ({ pageParam, signal }) =>
      client.documents.chunks(documentId, { limit: CHUNKS_AT_ONCE, cursor: pageParam }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });
}

/** Where the words of a citation stand now; `null` when the document no longer has them. */
export function passageQuery(
  client: PreheatClient,
  citation: Pick<Citation, 'documentId' | 'chunkId' | 'paragraph'>,
) {
  return queryOptions({
    queryKey: ['passage', citation.documentId, citation.chunkId, citation.paragraph],
    queryFn: ({ signal }) => findPassage(client, citation, signal),
    staleTime: 60_000,
  });
}

/**
 * Looks through the chunks of a document: the wire has no call for a single one.
 *
 * A document that was indexed anew has other chunks; an unchanged paragraph is found by its hash.
 */
async function findPassage(
  client: PreheatClient,
  { documentId, chunkId, paragraph }: Pick<Citation, 'documentId' | 'chunkId' | 'paragraph'>,
  signal: AbortSignal,
): Promise<Chunk | null> {
  let cursor: string | undefined;
  let second: Chunk | null = null;
  do {
    const page = await client.documents.chunks(
      documentId,
      { limit: CHUNKS_WHILE_LOOKING, cursor },
      { signal },
    );
    const exact = page.items.find(({ id }) => id === chunkId);
    if (exact !== undefined) return exact;
    second ??= page.items.find(({ paragraphs }) => paragraphs.includes(paragraph)) ?? null;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return second;
}

/** Passages as retrieval sees them, best first. */
export function passagesQuery(client: PreheatClient, search: Pick<SearchQuery, 'q' | 'tag' | 'document'>) {
  return queryOptions({
    queryKey: ['passages', search],
    queryFn: ({ signal }) => client.documents.search({ ...search, limit: PASSAGES }, { signal }),
  });
}
