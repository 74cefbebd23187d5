/** A server with OpenAI's protocol that requests are passed through to. */
export interface Relay {
  /** Where it is: part of every key, since one name may be two models at two places. */
  readonly name: string;
  /** Names of the models that may be asked for; empty: whatever it has. */
  readonly models: readonly string[];
  /** What it has, as it lists it. @throws RelayFault */
  list(signal: AbortSignal): Promise<readonly RelayedModel[]>;
  /**
   * @param body JSON
   * @throws RelayFault, or the signal's reason
   */
  send(operation: RelayOperation, body: string, signal: AbortSignal): Promise<Relayed>;
  close(): Promise<void>;
}

export type RelayOperation = 'chat/completions' | 'embeddings';

export interface RelayedModel {
  readonly id: string;
  /** Epoch seconds. */
  readonly created: number;
  readonly ownedBy: string;
}

/** One JSON text, or the data of server-sent events without the closing `[DONE]`, each on one line. */
export type Relayed =
  | { readonly form: 'whole'; readonly text: string }
  /** @throws RelayFault while it is read, when it breaks off */
  | { readonly form: 'chunks'; readonly chunks: AsyncIterable<string> };
