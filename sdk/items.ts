import type { CallOptions, CreateOptions, Transport } from './transport.ts';
import { wait } from './wait.ts';
import type { DeadLetterQuery, DeadLetters, ItemDetail, RetryDeadLetters } from './wire/items.ts';
import type { Operation, StartOperation } from './wire/operations.ts';

/** One item. */
export class ItemsApi {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  get(id: string, options: CallOptions = {}): Promise<ItemDetail> {
    return this.#transport.json(pathOf(id), options);
  }

  delete(id: string, options: CallOptions = {}): Promise<void> {
    return this.#transport.none(pathOf(id), { ...options, method: 'DELETE' });
  }

  retry(id: string, options: CallOptions = {}): Promise<ItemDetail> {
    return this.#transport.json(`${pathOf(id)}/retry`, { ...options, method: 'POST' });
  }
}

/** Failed items of all batches. */
export class DeadLettersApi {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  list(query: DeadLetterQuery = {}, options: CallOptions = {}): Promise<DeadLetters> {
    return this.#transport.json('/dead-letters', { ...options, query });
  }

  /** Starts an operation that runs what matches again. */
  retry(which: RetryDeadLetters = {}, options: CreateOptions = {}): Promise<Operation> {
    return this.#transport.json('/dead-letters/retry', {
      ...options,
      method: 'POST',
      json: which,
      isCreating: true,
    });
  }
}

/** Actions on everything that matches a filter. */
export class OperationsApi {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  start(operation: StartOperation, options: CreateOptions = {}): Promise<Operation> {
    return this.#transport.json('/operations', {
      ...options,
      method: 'POST',
      json: operation,
      isCreating: true,
    });
  }

  get(id: string, options: CallOptions = {}): Promise<Operation> {
    return this.#transport.json(`/operations/${encodeURIComponent(id)}`, options);
  }

  /** Its state once it has been through everything that matches. */
  async wait(id: string, options: CallOptions = {}): Promise<Operation> {
    for (let looks = 0; ; looks += 1) {
      const operation = await this.get(id, options);
      if (operation.status === 'completed') return operation;
      await wait(Math.min(1_000, 50 * 2 ** looks), options.signal);
    }
  }

  /** Takes back what it changed, as an operation of its own; `canUndo` says whether there is anything. */
  undo(id: string, options: CreateOptions = {}): Promise<Operation> {
    return this.#transport.json(`/operations/${encodeURIComponent(id)}/undo`, {
      ...options,
      method: 'POST',
      isCreating: true,
    });
  }
}

function pathOf(id: string): string {
  return `/items/${encodeURIComponent(id)}`;
}
