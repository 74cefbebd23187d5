import { queryOptions } from '@tanstack/react-query';
import type { PassageFilter, PreheatClient } from '#sdk/index.ts';

/** What a question keeps to, as a page shows it: ids of documents, and tags. Empty lists are no limit. */
export interface ShownFilter {
  readonly documents: readonly string[];
  readonly tags: readonly string[];
}

const SEPARATOR = ',';

/** As it stands in an address. */
export interface FilterSearch {
  readonly document?: string;
  readonly tag?: string;
}

export function readFilter({
  document,
  tag,
}: { readonly [K in keyof FilterSearch]: string | undefined }): ShownFilter {
  const read = (text = ''): string[] => text.split(SEPARATOR).filter((each) => each !== '');
  return { documents: read(document), tags: read(tag) };
}

export function filterSearch({ documents, tags }: ShownFilter): FilterSearch {
  return {
    ...(documents.length === 0 ? {} : { document: documents.join(SEPARATOR) }),
    ...(tags.length === 0 ? {} : { tag: tags.join(SEPARATOR) }),
  };
}

/** undefined: all documents. */
export function wireFilter({ documents, tags }: ShownFilter): PassageFilter | undefined {
  if (documents.length === 0 && tags.length === 0) return undefined;
  return {
    ...(documents.length === 0 ? {} : { documents: [...documents] }),
    ...(tags.length === 0 ? {} : { tags: [...tags] }),
  };
}

export function tagsQuery(client: PreheatClient) {
  return queryOptions({
    queryKey: ['documents', 'tags'],
    queryFn: ({ signal }) => client.documents.tags({ signal }),
    staleTime: 30_000,
  });
}

const MOST_OFFERED = 50;

/** Documents to choose from, by a part of their name. */
export function offeredDocumentsQuery(client: PreheatClient, text: string) {
  return queryOptions({
    queryKey: ['documents', 'offered', text],
    queryFn: ({ signal }) =>
      client.documents.list({ limit: MOST_OFFERED, text: text === '' ? undefined : text }, { signal }),
    staleTime: 30_000,
  });
}

/** The same for a search; null: all documents. */
export function searchKeepingTo(filter: PassageFilter | null): FilterSearch {
  return filterSearch({ documents: filter?.documents ?? [], tags: filter?.tags ?? [] });
}
