import type { CallOptions, Transport } from './transport.ts';
import type { Purged } from './wire/answers.ts';
import type { DropTurnsQuery, TurnStats } from './wire/openai.ts';

/** What is kept of requests that other models answered, over `/v1`. */
export class TurnsApi {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  stats(options: CallOptions = {}): Promise<TurnStats> {
    return this.#transport.json('/turns', options);
  }

  /** Forgets what matches. */
  drop(query: DropTurnsQuery = {}, options: CallOptions = {}): Promise<Purged> {
    return this.#transport.json('/turns', { ...options, method: 'DELETE', query });
  }
}
