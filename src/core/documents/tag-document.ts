import { Fault, notFound } from '#domain/fault.ts';
import { showId } from '#domain/ids.ts';
import { MAX_TAG_LENGTH, MOST_TAGS, tidyTags } from '#domain/tags.ts';
import type { DocumentDetail, DocumentStore } from '#ports/store/documents.ts';
import { getDocument } from './get-document.ts';

/** Gives a document these tags and no others. @throws Fault `not_found`, `bad_tags` */
export async function tagDocument(
  documents: Pick<DocumentStore, 'find' | 'setTags'>,
  projectId: number,
  documentId: number,
  tags: readonly string[],
): Promise<DocumentDetail> {
  const tidy = tidyTags(tags);
  if (tidy === null) {
    const message = `A document has at most ${MOST_TAGS} tags of at most ${MAX_TAG_LENGTH} characters, without control characters.`;
    throw new Fault('invalid', 'bad_tags', message);
  }
  const wasThere = await documents.setTags(projectId, documentId, tidy);
  if (!wasThere) throw notFound('document', showId('document', documentId));
  return getDocument(documents, projectId, documentId);
}
