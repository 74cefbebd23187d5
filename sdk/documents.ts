import { formOf, type UploadFile, type UploadSettings } from './batches.ts';
import type { CallOptions, CreateOptions, Transport } from './transport.ts';
import type { AnswerPage } from './wire/answers.ts';
import type { Submitted } from './wire/batches.ts';
import type {
  ChangeDocument,
  ChunkPage,
  DocumentDetail,
  DocumentPage,
  DocumentQuery,
  DocumentTags,
  ListQuery,
  Passages,
  SearchQuery,
  SyncDocuments,
  SyncPlan,
} from './wire/documents.ts';

/** Settings of the batch, and tags of the documents; without tags, a document keeps those that it has. */
export type DocumentSettings = Omit<UploadSettings, 'workload'> & { readonly tags?: readonly string[] };

/** Files that answers rest on. */
export class DocumentsApi {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** 1 to 50 files become a batch; those that cannot be taken are named in `problems`. */
  upload(
    files: readonly UploadFile[],
    settings: DocumentSettings = {},
    options: CreateOptions = {},
  ): Promise<Submitted> {
    const form = formOf(files, settings);
    return this.#transport.json('/documents', { ...options, method: 'POST', form, isCreating: true });
  }

  /**
   * Compares a folder with the documents: which files are missing or changed, and which documents have no file any more
   * (deleted with `delete: true`). Send the files by `upload`, under the names that the plan gives.
   */
  sync(manifest: SyncDocuments, options: CallOptions = {}): Promise<SyncPlan> {
    return this.#transport.json('/documents/sync', {
      ...options,
      method: 'POST',
      json: manifest,
      isRepeatable: true,
    });
  }

  list(query: DocumentQuery = {}, options: CallOptions = {}): Promise<DocumentPage> {
    return this.#transport.json('/documents', { ...options, query });
  }

  get(id: string, options: CallOptions = {}): Promise<DocumentDetail> {
    return this.#transport.json(pathOf(id), options);
  }

  /** Gives a document these tags and no others. */
  change(id: string, changes: ChangeDocument, options: CallOptions = {}): Promise<DocumentDetail> {
    return this.#transport.json(pathOf(id), { ...options, method: 'PATCH', json: changes });
  }

  /** Reads the kept file of a document again, as a batch of one; the document stays as it is until that is done. */
  retry(id: string, options: CreateOptions = {}): Promise<Submitted> {
    return this.#transport.json(`${pathOf(id)}/retry`, { ...options, method: 'POST', isCreating: true });
  }

  /** The tags of all documents, with how many have each. */
  tags(options: CallOptions = {}): Promise<DocumentTags> {
    return this.#transport.json('/documents/tags', options);
  }

  delete(id: string, options: CallOptions = {}): Promise<void> {
    return this.#transport.none(pathOf(id), { ...options, method: 'DELETE' });
  }

  chunks(id: string, query: ListQuery = {}, options: CallOptions = {}): Promise<ChunkPage> {
    return this.#transport.json(`${pathOf(id)}/chunks`, { ...options, query });
  }

  answers(id: string, query: ListQuery = {}, options: CallOptions = {}): Promise<AnswerPage> {
    return this.#transport.json(`${pathOf(id)}/answers`, { ...options, query });
  }

  /** Passages, as retrieval sees them. */
  search(query: string | SearchQuery, options: CallOptions = {}): Promise<Passages> {
    return this.#transport.json('/search', {
      ...options,
      query: typeof query === 'string' ? { q: query } : query,
    });
  }
}

function pathOf(id: string): string {
  return `/documents/${encodeURIComponent(id)}`;
}
