import type { DocumentStore } from '#ports/store/documents.ts';
import { getDocument } from './get-document.ts';

/** What a search keeps to: these documents, and those that have one of the tags. Absent: no limit by it. */
export interface Scope {
  readonly documents?: readonly number[];
  readonly tags?: readonly string[];
}

const PAGE = 1_000;

/** The documents of a scope. @throws Fault `not_found` for a document that is not there */
export async function findScope(
  documents: Pick<DocumentStore, 'find' | 'list'>,
  projectId: number,
  { documents: ids, tags }: Scope,
): Promise<ReadonlySet<number>> {
  for (const id of ids ?? []) await getDocument(documents, projectId, id);
  if (tags === undefined) return new Set(ids);
  const tagged = new Set<number>();
  for (const tag of tags) {
    for await (const id of idsWith(documents, projectId, tag)) {
      if (ids?.includes(id) !== false) tagged.add(id);
    }
  }
  return tagged;
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
