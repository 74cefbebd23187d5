import type { CallOptions, Transport } from './transport.ts';
import type { ChangeQuery, CorpusChangePage, TouchedPage } from './wire/changes.ts';
import type { ListQuery } from './wire/documents.ts';

/** Changes of the documents, and what became of the answers. */
export class ChangesApi {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** The newest first; the last 1,000 are kept. */
  list(query: ChangeQuery = {}, options: CallOptions = {}): Promise<CorpusChangePage> {
    return this.#transport.json('/changes', { ...options, query });
  }

  /** The answers that a change touched, and what became of each. */
  answers(id: string, query: ListQuery = {}, options: CallOptions = {}): Promise<TouchedPage> {
    return this.#transport.json(`/changes/${encodeURIComponent(id)}/answers`, { ...options, query });
  }
}
