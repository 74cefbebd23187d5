import { Agent, request } from 'undici';
import type { Dispatcher } from 'undici';
import { traceHeaders } from '#clients/trace.ts';
import { RelayFault } from '#domain/relay-fault.ts';
import type { Relay, Relayed, RelayedModel, RelayOperation } from '#ports/relay.ts';
import { refusalOf, told, unreachable } from './refusal.ts';
import { readEvents } from './read-events.ts';

export interface OpenAiRelaySettings {
  /** Where it is, such as `https://api.openai.com/v1`. */
  readonly baseUrl: string;
  readonly apiKey: string | null;
  readonly models: readonly string[];
  /** How long it may be silent: before its first word, or between two. */
  readonly timeoutMs: number;
  /** Requests at once from this process; what comes beyond that is told to come again. */
  readonly concurrency: number;
}

/** More is no answer of a chat. */
const MAX_BYTES = 64 * 2 ** 20;
const MODELS_TIMEOUT_MS = 10_000;

/**
 * A server with OpenAI's protocol, called plainly: what it says is handed on byte for byte, so that fields which nobody
 * here knows pass too. Nothing is tried again: clients of this protocol do that themselves, by the `Retry-After` that
 * they get.
 */
export class OpenAiRelay implements Relay {
  readonly name: string;
  readonly models: readonly string[];
  readonly #settings: OpenAiRelaySettings;
  readonly #agent: Agent;
  #inFlight = 0;

  constructor(settings: OpenAiRelaySettings) {
    this.#settings = settings;
    this.name = settings.baseUrl.replace(/\/+$/, '');
    this.models = settings.models;
    this.#agent = new Agent({
      connections: settings.concurrency,
      keepAliveTimeout: 10_000,
      headersTimeout: settings.timeoutMs,
      bodyTimeout: settings.timeoutMs,
      maxResponseSize: MAX_BYTES,
    });
  }

  async list(signal: AbortSignal): Promise<readonly RelayedModel[]> {
    const until = AbortSignal.any([signal, AbortSignal.timeout(MODELS_TIMEOUT_MS)]);
    const { statusCode, headers, body } = await this.#call('models', { method: 'GET' }, until);
    const text = await this.#textOf(body, until);
    if (statusCode !== 200) throw refusalOf(this.name, { status: statusCode, headers, text });
    return modelsIn(text);
  }

  async send(operation: RelayOperation, body: string, signal: AbortSignal): Promise<Relayed> {
    if (this.#inFlight >= this.#settings.concurrency) throw busy(this.#settings.concurrency);
    this.#inFlight += 1;
    let isRead = false;
    try {
      const answer = await this.#call(operation, { method: 'POST', body }, signal);
      const { statusCode: status, headers } = answer;
      if (status === 200 && /^text\/event-stream/i.test(String(headers['content-type'] ?? ''))) {
        isRead = true;
        return { form: 'chunks', chunks: this.#chunksOf(answer.body, signal) };
      }
      const text = await this.#textOf(answer.body, signal);
      if (status !== 200) throw refusalOf(this.name, { status, headers, text });
      return { form: 'whole', text };
    } finally {
      if (!isRead) this.#inFlight -= 1;
    }
  }

  close(): Promise<void> {
    return this.#agent.destroy();
  }

  async #call(
    path: string,
    init: { readonly method: 'GET' | 'POST'; readonly body?: string },
    signal: AbortSignal,
  ): Promise<Dispatcher.ResponseData> {
    const { apiKey } = this.#settings;
    try {
      return await request(`${this.name}/${path}`, {
        ...init,
        dispatcher: this.#agent,
        signal,
        headers: {
          accept: 'application/json, text/event-stream',
          ...traceHeaders(),
          ...(init.body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(apiKey === null ? {} : { authorization: `Bearer ${apiKey}` }),
        },
      });
    } catch (error) {
      signal.throwIfAborted();
      throw unreachable(this.name, error, this.#settings.timeoutMs);
    }
  }

  async #textOf(body: Dispatcher.ResponseData['body'], signal: AbortSignal): Promise<string> {
    try {
      return await body.text();
    } catch (error) {
      signal.throwIfAborted();
      throw unreachable(this.name, error, this.#settings.timeoutMs);
    }
  }

  async *#chunksOf(
    body: Dispatcher.ResponseData['body'],
    signal: AbortSignal,
  ): AsyncGenerator<string, void, void> {
    try {
      yield* readEvents(body);
    } catch (error) {
      signal.throwIfAborted();
      throw unreachable(this.name, error, this.#settings.timeoutMs);
    } finally {
      this.#inFlight -= 1;
    }
  }
}

function busy(concurrency: number): RelayFault {
  return new RelayFault(
    'limited',
    'upstream_busy',
    `${concurrency} requests are passed through at once already, and no more: come again in a moment.`,
    { retryAfterSeconds: 1 },
  );
}

function modelsIn(text: string): RelayedModel[] {
  try {
    const { data } = JSON.parse(text) as { data: readonly Record<string, unknown>[] };
    return data.flatMap(({ id, created, owned_by: ownedBy }) =>
      typeof id === 'string'
        ? [
            {
              id,
              created: typeof created === 'number' ? created : 0,
              ownedBy: typeof ownedBy === 'string' ? ownedBy : '',
            },
          ]
        : [],
    );
  } catch (cause) {
    throw new RelayFault(
      'unavailable',
      'upstream_garbled',
      `${told('')} lists its models in a way that cannot be read.`,
      {
        cause,
      },
    );
  }
}
