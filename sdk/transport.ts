import { PreheatError, readError } from './error.ts';
import { backoffMs, wait } from './wait.ts';

export interface ClientOptions {
  /** Where the server is, such as `http://127.0.0.1:7400`. */
  readonly baseUrl: string;
  readonly apiKey?: string | undefined;
  /** `default` when absent. */
  readonly project?: string | undefined;
  /** Another `fetch` than the platform's. */
  readonly fetch?: typeof fetch | undefined;
  /** How often a call that may be repeated is repeated; 4 when absent. */
  readonly retries?: number | undefined;
}

/** What every call takes. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

/** What a creating call takes: the same key with the same input creates once. A fresh key when absent. */
export interface CreateOptions extends CallOptions {
  readonly idempotencyKey?: string | undefined;
}

type QueryValue = string | number | boolean | readonly string[] | undefined;

export interface RequestOptions extends CreateOptions {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly query?: object | undefined;
  readonly json?: unknown;
  readonly form?: FormData;
  /** Sent as it is, with its own type. */
  readonly blob?: Blob;
  readonly headers?: Readonly<Record<string, string>>;
  /** Takes an Idempotency-Key. */
  readonly isCreating?: boolean;
  /** Does no harm when it is done twice, though it is a POST. */
  readonly isRepeatable?: boolean;
  /** Given to the caller as it is, like any 2xx. */
  readonly accept?: readonly number[];
}

/** Sends requests; repeats those that may be repeated when the server is busy, away or restarting. */
export class Transport {
  readonly #base: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #fetch: typeof fetch;
  readonly #retries: number;

  constructor(options: ClientOptions) {
    this.#base = options.baseUrl.replace(/\/+$/, '');
    this.#fetch = options.fetch ?? ((input, init) => fetch(input, init));
    this.#retries = options.retries ?? 4;
    this.#headers = {
      ...(options.apiKey === undefined ? {} : { Authorization: `Bearer ${options.apiKey}` }),
      ...(options.project === undefined ? {} : { 'Preheat-Project': options.project }),
    };
  }

  /** @throws PreheatError */
  async json<T>(path: string, options: RequestOptions = {}): Promise<T> {
    return this.#call(path, options, (response) => readJson<T>(response));
  }

  /** @throws PreheatError */
  async none(path: string, options: RequestOptions = {}): Promise<void> {
    const response = await this.send(path, options);
    await response.body?.cancel();
  }

  /**
   * The response, its body unread.
   *
   * @throws PreheatError when the server refused, or no answer came
   */
  async send(path: string, options: RequestOptions = {}): Promise<Response> {
    return this.#call(path, options, (response) => Promise.resolve(response));
  }

  /** The reading is part of what is repeated: a body may break off after its status came. */
  async #call<T>(
    path: string,
    options: RequestOptions,
    read: (response: Response) => Promise<T>,
  ): Promise<T> {
    const init = this.#initOf(options);
    for (let attempt = 0; ; attempt += 1) {
      const outcome = await this.#try(this.#urlOf(path, options.query), init, { options, read });
      if (!(outcome instanceof PreheatError)) return outcome;
      if (attempt >= this.#retries || !mayRepeat(options, outcome)) throw outcome;
      const asked = outcome.retryAfterSeconds === null ? 0 : outcome.retryAfterSeconds * 1_000;
      await wait(Math.max(asked, backoffMs(attempt)), options.signal);
    }
  }

  async #try<T>(
    url: string,
    init: RequestInit,
    { options, read }: { options: RequestOptions; read: (response: Response) => Promise<T> },
  ): Promise<T | PreheatError> {
    try {
      const response = await this.#fetch(url, init);
      const isWanted = response.ok || options.accept?.includes(response.status) === true;
      return await (isWanted ? read(response) : readError(response));
    } catch (cause) {
      if (options.signal?.aborted === true) throw cause;
      if (cause instanceof PreheatError) return cause;
      return this.#unreachable(cause);
    }
  }

  #unreachable(cause: unknown): PreheatError {
    const why = cause instanceof Error ? (causeText(cause) ?? cause.message) : String(cause);
    const detail = `No answer from ${this.#base}: ${why}. Is the server running?`;
    return new PreheatError({ status: 0, code: 'unreachable', detail }, { cause });
  }

  #initOf(options: RequestOptions): RequestInit {
    const headers: Record<string, string> = { ...this.#headers, ...options.headers };
    if (options.json !== undefined) headers['Content-Type'] = 'application/json';
    if (options.isCreating === true)
      headers['Idempotency-Key'] = options.idempotencyKey ?? crypto.randomUUID();
    const json = options.json === undefined ? null : JSON.stringify(options.json);
    const body = options.form ?? options.blob ?? json;
    return { method: options.method ?? 'GET', headers, body, signal: options.signal ?? null };
  }

  #urlOf(path: string, query: object | undefined): string {
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(query ?? {}) as [string, QueryValue][]) {
      if (value === undefined) continue;
      if (Array.isArray(value)) for (const one of value as readonly string[]) search.append(name, one);
      else search.append(name, String(value as string | number | boolean));
    }
    const text = search.toString();
    return `${this.#base}${path.startsWith('/health') ? '' : '/api/v1'}${path}${text === '' ? '' : `?${text}`}`;
  }
}

/** Reads, deletes, and creations under a key do no harm twice; a busy server has done nothing yet. */
function mayRepeat(options: RequestOptions, error: PreheatError): boolean {
  const { method, isCreating, isRepeatable } = options;
  const isHarmless = method !== 'POST' || isCreating === true || isRepeatable === true;
  if (error.code === 'idempotency_in_progress' || error.status === 429) return true;
  return isHarmless && (error.status === 503 || error.status === 0);
}

/** @throws PreheatError `unexpected_answer` when a whole body is no JSON: something else than Preheat answered */
async function readJson<T>(response: Response): Promise<T> {
  const text = await response.text();
  try {
    return JSON.parse(text) as T;
  } catch (cause) {
    const detail = `The server answered ${response.status} with something that is not JSON. Is it Preheat?`;
    throw new PreheatError({ status: response.status, code: 'unexpected_answer', detail }, { cause });
  }
}

function causeText(error: Error): string | null {
  return error.cause instanceof Error ? error.cause.message : null;
}
