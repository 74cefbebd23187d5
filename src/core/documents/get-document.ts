import type { IndexedChunk } from '#domain/document.ts';
import { notFound } from '#domain/fault.ts';
import { showId } from '#domain/ids.ts';
import type { Page, PageRequest } from '#domain/page.ts';
import type { DocumentDetail, DocumentStore } from '#ports/store/documents.ts';

/** @throws Fault `not_found` */
export async function getDocument(
  documents: Pick<DocumentStore, 'find'>,
  projectId: number,
  documentId: number,
): Promise<DocumentDetail> {
  const document = await documents.find(projectId, documentId);
  if (document === null) throw notFound('document', showId('document', documentId));
  return document;
}

/** The pieces that retrieval sees, in order. @throws Fault `not_found` */
export async function listChunks(
  documents: Pick<DocumentStore, 'find' | 'passages'>,
  projectId: number,
  documentId: number,
  page: PageRequest,
): Promise<Page<IndexedChunk>> {
  await getDocument(documents, projectId, documentId);
  return documents.passages.chunks(projectId, documentId, page);
}
