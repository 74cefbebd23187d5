import type { CallOptions, CreateOptions, Transport } from './transport.ts';
import { readJsonLines } from './json-lines.ts';
import { type BatchEvent, watchBatches } from './watch.ts';
import type {
  Added,
  AddItems,
  Batch,
  BatchPage,
  BatchQuery,
  ChangeBatch,
  Preview,
  RetryBatch,
  SubmitBatch,
  Submitted,
  WaitQuery,
} from './wire/batches.ts';
import type { ItemPage, ItemQuery } from './wire/items.ts';
import type { ResultLine, ResultsQuery } from './wire/results.ts';

/** A file to send. In Node, `fs.openAsBlob(path)` gives one that is read while it is sent. */
export interface UploadFile {
  readonly name: string;
  readonly content: Blob | string;
}

/** What an upload says beside its files. */
export type UploadSettings = Omit<SubmitBatch, 'items' | 'workload'> & { readonly workload?: string };

/** A batch: submit, watch, steer. */
export class BatchesApi {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  submit(batch: SubmitBatch, options: CreateOptions = {}): Promise<Submitted> {
    return this.#transport.json('/batches', { ...options, method: 'POST', json: batch, isCreating: true });
  }

  upload(
    files: readonly UploadFile[],
    settings: UploadSettings = {},
    options: CreateOptions = {},
  ): Promise<Submitted> {
    const form = formOf(files, settings);
    return this.#transport.json('/batches/upload', { ...options, method: 'POST', form, isCreating: true });
  }

  /** How a submission would be read; nothing is queued. */
  preview(batch: SubmitBatch, options: CallOptions = {}): Promise<Preview> {
    return this.#transport.json('/batches/preview', { ...options, method: 'POST', json: batch });
  }

  previewFiles(
    files: readonly UploadFile[],
    settings: UploadSettings = {},
    options: CallOptions = {},
  ): Promise<Preview> {
    const form = formOf(files, settings);
    return this.#transport.json('/batches/preview', { ...options, method: 'POST', form });
  }

  list(query: BatchQuery = {}, options: CallOptions = {}): Promise<BatchPage> {
    return this.#transport.json('/batches', { ...options, query });
  }

  get(id: string, query: WaitQuery = {}, options: CallOptions = {}): Promise<Batch> {
    return this.#transport.json(pathOf(id), { ...options, query });
  }

  change(id: string, changes: ChangeBatch, options: CallOptions = {}): Promise<Batch> {
    return this.#transport.json(pathOf(id), { ...options, method: 'PATCH', json: changes });
  }

  delete(id: string, options: CallOptions = {}): Promise<void> {
    return this.#transport.none(pathOf(id), { ...options, method: 'DELETE' });
  }

  pause(id: string, options: CallOptions = {}): Promise<Batch> {
    return this.#transport.json(`${pathOf(id)}/pause`, { ...options, method: 'POST' });
  }

  resume(id: string, options: CallOptions = {}): Promise<Batch> {
    return this.#transport.json(`${pathOf(id)}/resume`, { ...options, method: 'POST' });
  }

  cancel(id: string, options: CallOptions = {}): Promise<Batch> {
    return this.#transport.json(`${pathOf(id)}/cancel`, { ...options, method: 'POST' });
  }

  retry(id: string, which: RetryBatch = {}, options: CallOptions = {}): Promise<Batch> {
    return this.#transport.json(`${pathOf(id)}/retry`, { ...options, method: 'POST', json: which });
  }

  items(id: string, query: ItemQuery = {}, options: CallOptions = {}): Promise<ItemPage> {
    return this.#transport.json(`${pathOf(id)}/items`, { ...options, query });
  }

  add(id: string, items: AddItems, options: CreateOptions = {}): Promise<Added> {
    const path = `${pathOf(id)}/items`;
    return this.#transport.json(path, { ...options, method: 'POST', json: items, isCreating: true });
  }

  addFiles(
    id: string,
    files: readonly UploadFile[],
    { onInvalid, ...options }: CreateOptions & { readonly onInvalid?: 'reject' | 'skip' } = {},
  ): Promise<Added> {
    const path = `${pathOf(id)}/items`;
    return this.#transport.json(path, {
      ...options,
      method: 'POST',
      form: formOf(files, onInvalid === undefined ? {} : { options: { onInvalid } }),
      isCreating: true,
    });
  }

  /** Everything in it, as a stream of JSON lines or CSV. */
  async results(
    id: string,
    query: ResultsQuery = {},
    options: CallOptions = {},
  ): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
    const response = await this.#transport.send(`${pathOf(id)}/results`, { ...options, query });
    return response.body ?? new ReadableStream({ start: (controller) => controller.close() });
  }

  /** Everything in it, line by line: a million need no memory. */
  async *resultLines(id: string, options: CallOptions = {}): AsyncGenerator<ResultLine, void, void> {
    const results = await this.results(id, { format: 'jsonl' }, options);
    yield* readJsonLines<ResultLine>(results);
  }

  /** Snapshots until it ends, through dropped connections and restarts. */
  watch(id: string, options: CallOptions = {}): AsyncGenerator<BatchEvent, void, void> {
    return watchBatches(this.#transport, [id], options);
  }

  /** As `watch`, for several at once; each ends with its own last event. */
  watchAll(ids: readonly string[], options: CallOptions = {}): AsyncGenerator<BatchEvent, void, void> {
    return watchBatches(this.#transport, ids, options);
  }

  /** Its state once it has ended; null when it was deleted meanwhile. */
  async wait(id: string, options: CallOptions = {}): Promise<Batch | null> {
    for await (const { event } of this.watch(id, options)) {
      if (event === 'deleted') return null;
    }
    return this.get(id, {}, options);
  }
}

/** Fields first: the server wants to know what the files are before they come. */
export function formOf(files: readonly UploadFile[], settings: UploadSettings): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(settings)) {
    if (value === undefined) continue;
    form.append(name, typeof value === 'object' ? JSON.stringify(value) : String(value));
  }
  for (const { name, content } of files) {
    form.append('file', typeof content === 'string' ? new Blob([content]) : content, name);
  }
  return form;
}

function pathOf(id: string): string {
  return `/batches/${encodeURIComponent(id)}`;
}
