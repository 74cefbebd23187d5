import type { App } from '#core/app.ts';
import { deleteDocument } from '#core/documents/delete-document.ts';
import type { CarryOf } from '#core/documents/delete-document.ts';
import { getDocument, listChunks } from '#core/documents/get-document.ts';
import { readAgain } from '#core/documents/read-again.ts';
import { receiveFile } from '#core/documents/receive-file.ts';
import type { RetrievalDeps } from '#core/documents/retrieve-passages.ts';
import { syncDocuments } from '#core/documents/sync-documents.ts';
import { tagDocument } from '#core/documents/tag-document.ts';
import { searchPassages } from '#core/documents/search-passages.ts';
import type { Blobs } from '#ports/blobs.ts';
import type { Clock } from '#ports/log.ts';
import type { Store } from '#ports/store/store.ts';
import type { Config } from '../config.ts';

export interface DocumentBindings {
  readonly store: Store;
  readonly blobs: Blobs;
  readonly retrieval: RetrievalDeps;
  readonly carryOf: CarryOf;
  readonly clock: Clock;
  readonly batches: Pick<App['batches'], 'submit'>;
  readonly config: Pick<Config, 'PREHEAT_MAX_DOCUMENT_MIB'>;
}

/** Binds the verbs of documents to their parts. */
export function bindDocuments({
  store,
  blobs,
  retrieval,
  carryOf,
  clock,
  batches,
  config,
}: DocumentBindings): Pick<App, 'documents' | 'changes'> {
  const { documents, carried } = store;
  const maxFileBytes = config.PREHEAT_MAX_DOCUMENT_MIB * 2 ** 20;
  const verbs: App['documents'] = {
    get: (project, documentId) => getDocument(documents, project.id, documentId),
    list: (project, filter, page) => documents.list(project.id, filter, page),
    delete: (project, documentId) => deleteDocument({ documents, carryOf, clock }, project.id, documentId),
    chunks: (project, documentId, page) => listChunks(documents, project.id, documentId, page),
    search: (project, search) => searchPassages({ ...retrieval, store }, project.id, search),
    receive: (file, tags) => receiveFile({ blobs, limits: { maxFileBytes } }, file, tags),
    retry: (project, documentId, call) =>
      readAgain({ documents, blobs, submit: batches.submit }, { ...call, project, documentId }),
    sync: (project, manifest) => syncDocuments({ documents, carryOf, clock }, project.id, manifest),
    setTags: (project, documentId, tags) =>
      tagDocument({ documents, carryOf, clock }, project.id, documentId, tags),
    tags: (project) => documents.tags(project.id),
  };
  const changes: App['changes'] = {
    list: (project, filter, page) => carried.changes(project.id, filter, page),
    touched: (project, corpusVersion, page) => carried.touched(project.id, corpusVersion, page),
  };
  return { documents: verbs, changes };
}
