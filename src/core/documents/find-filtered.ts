import type { PassageFilter } from '#domain/passage-filter.ts';
import type { DocumentStore } from '#ports/store/documents.ts';
import { getDocument } from './get-document.ts';

const PAGE = 1_000;

/** Ids of the documents that a filter lets in. One that is not there adds nothing: whether it shall be is for the caller. */
export async function findFiltered(
  documents: Pick<DocumentStore, 'list'>,
  projectId: number,
  { documents: ids, tags }: PassageFilter,
): Promise<ReadonlySet<number>> {
  if (tags.length === 0) return new Set(ids);
  const tagged = new Set<number>();
  for (const tag of tags) {
    for await (const id of idsWith(documents, projectId, tag)) {
      if (ids.length === 0 || ids.includes(id)) tagged.add(id);
    }
  }
  return tagged;
}

/** @throws Fault `not_found` for a document of the filter that is not there */
export async function checkDocuments(
  documents: Pick<DocumentStore, 'find'>,
  projectId: number,
  filter: PassageFilter,
): Promise<void> {
  for (const id of filter.documents) await getDocument(documents, projectId, id);
}

async function* idsWith(
  documents: Pick<DocumentStore, 'list'>,
  projectId: number,
  tag: string,
): AsyncGenerator<number> {
  let cursor: string | null = null;
  do {
    const page = await documents.list(projectId, { tag }, { limit: PAGE, cursor });
    for (const { id } of page.items) yield id;
    cursor = page.next;
  } while (cursor !== null);
}
