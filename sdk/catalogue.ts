import { formOf, type UploadFile, type UploadSettings } from './batches.ts';
import type { CallOptions, CreateOptions, Transport } from './transport.ts';
import type {
  BatchReport,
  BatchReportPage,
  CatalogueEntry,
  CatalogueStats,
  ListPreview,
  LookUpQuery,
  RecordPage,
  RecordQuery,
  WarmedCatalogue,
} from './wire/catalogue.ts';
import type { ListQuery } from './wire/documents.ts';

type ListSettings = Omit<UploadSettings, 'workload'>;

/** Books and their authors: lists to warm, and records to read. */
export class CatalogueApi {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Queues a list of books: the export of a reading site, or any table with an author. */
  warm(list: UploadFile, settings: ListSettings = {}, options: CreateOptions = {}): Promise<WarmedCatalogue> {
    const form = formOf([list], settings);
    return this.#transport.json('/catalogue/batches', { ...options, method: 'POST', form, isCreating: true });
  }

  /** How a list would be read, and what its run would come to; nothing is queued. */
  preview(list: UploadFile, settings: ListSettings = {}, options: CallOptions = {}): Promise<ListPreview> {
    const form = formOf([list], settings);
    return this.#transport.json('/catalogue/preview', { ...options, method: 'POST', form });
  }

  author(name: string, query: LookUpQuery = {}, options: CallOptions = {}): Promise<CatalogueEntry> {
    return this.#lookUp('authors', name, query, options);
  }

  title(title: string, query: LookUpQuery = {}, options: CallOptions = {}): Promise<CatalogueEntry> {
    return this.#lookUp('titles', title, query, options);
  }

  isbn(isbn: string, query: LookUpQuery = {}, options: CallOptions = {}): Promise<CatalogueEntry> {
    return this.#lookUp('isbn', isbn, query, options);
  }

  records(query: RecordQuery = {}, options: CallOptions = {}): Promise<RecordPage> {
    return this.#transport.json('/catalogue/records', { ...options, query });
  }

  stats(options: CallOptions = {}): Promise<CatalogueStats> {
    return this.#transport.json('/catalogue/stats', options);
  }

  /** What batches came to, newest first, deleted ones included. */
  reports(query: ListQuery = {}, options: CallOptions = {}): Promise<BatchReportPage> {
    return this.#transport.json('/catalogue/batches', { ...options, query });
  }

  report(batchId: string, options: CallOptions = {}): Promise<BatchReport> {
    return this.#transport.json(`/catalogue/batches/${encodeURIComponent(batchId)}`, options);
  }

  #lookUp(kind: string, key: string, query: LookUpQuery, options: CallOptions): Promise<CatalogueEntry> {
    return this.#transport.json(`/catalogue/${kind}/${encodeURIComponent(key)}`, { ...options, query });
  }
}
