import type { Relay, Relayed, RelayedModel, RelayOperation } from '#ports/relay.ts';
import type { Tracer } from '#ports/tracer.ts';

/** A relay whose requests can be followed: until the upstream begins to answer, where it answers in pieces. */
export class TracedRelay implements Relay {
  readonly name: string;
  readonly models: readonly string[];
  readonly #relay: Relay;
  readonly #tracer: Tracer;

  constructor(relay: Relay, tracer: Tracer) {
    this.name = relay.name;
    this.models = relay.models;
    this.#relay = relay;
    this.#tracer = tracer;
  }

  list(signal: AbortSignal): Promise<readonly RelayedModel[]> {
    return this.#relay.list(signal);
  }

  send(operation: RelayOperation, body: string, signal: AbortSignal): Promise<Relayed> {
    const name = operation === 'embeddings' ? 'embeddings' : 'chat';
    const attributes = { 'gen_ai.operation.name': name, 'preheat.passthrough': true };
    return this.#tracer.span({ name: `${name} upstream`, kind: 'client', attributes }, async (span) => {
      const relayed = await this.#relay.send(operation, body, signal);
      span.note({ 'preheat.form': relayed.form });
      return relayed;
    });
  }

  close(): Promise<void> {
    return this.#relay.close();
  }
}
