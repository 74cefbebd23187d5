import { Fault, notFound } from '#domain/fault.ts';
import { showId } from '#domain/ids.ts';
import { MAX_TAG_LENGTH, MOST_TAGS, tidyTags } from '#domain/tags.ts';
import type { DocumentDetail, DocumentStore } from '#ports/store/documents.ts';
import type { CarryOf } from './delete-document.ts';
import { getDocument } from './get-document.ts';

export interface TagDeps {
  readonly documents: Pick<DocumentStore, 'setTags'>;
  readonly carryOf: CarryOf;
  readonly clock: () => number;
}

/** Gives a document these tags and no others. @throws Fault `not_found`, `bad_tags` */
export async function tagDocument(
  deps: TagDeps & { readonly documents: Pick<DocumentStore, 'find'> },
  projectId: number,
  documentId: number,
  tags: readonly string[],
): Promise<DocumentDetail> {
  const tidy = tidyTags(tags);
  if (tidy === null) {
    const message = `A document has at most ${MOST_TAGS} tags of at most ${MAX_TAG_LENGTH} characters, without control characters.`;
    throw new Fault('invalid', 'bad_tags', message);
  }
  if (!(await retag(deps, projectId, { documentId, tags: tidy })))
    throw notFound('document', showId('document', documentId));
  return getDocument(deps.documents, projectId, documentId);
}

/** A change of the documents like others: answers that keep to tags are tried on it. False: there is no such document. */
export async function retag(
  { documents, carryOf, clock }: TagDeps,
  projectId: number,
  { documentId, tags }: { readonly documentId: number; readonly tags: readonly string[] },
): Promise<boolean> {
  const carry = await carryOf(projectId, { documentId, tags });
  return documents.setTags(projectId, documentId, { tags, carry, now: clock() });
}
