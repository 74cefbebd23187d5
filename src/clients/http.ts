import type { Agent, Dispatcher, request } from 'undici';
import type { Reach } from './guarded-connect.ts';
import { HttpCallError } from './http-call-error.ts';

export interface HttpSettings extends Reach {
  readonly userAgent: string;
  readonly timeoutMs: number;
  readonly maxBytes: number;
  /** Connections to one origin at once. */
  readonly connections?: number;
}

export interface HttpCall {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly signal: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** How many redirects are followed, each checked like the first address; 0 hands them to the caller. */
  readonly redirects?: number;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A response whose body is still to come. It must be read, or let go. */
export interface OpenResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Where it came from, after redirects. */
  readonly url: URL;
  /** @throws HttpCallError when it is longer than `maxBytes`, cut off, or too slow */
  readonly body: AsyncIterable<Uint8Array>;
  /** Reads no more of it. */
  letGo(): void;
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * Calls addresses that others chose. The address that a name resolves to is checked where the socket is opened, so that
 * no name, no redirect and no second look-up leads into this machine or its network.
 */
export class Http {
  readonly #settings: HttpSettings;
  #caller: Promise<Caller> | null = null;

  constructor(settings: HttpSettings) {
    this.#settings = settings;
  }

  /** @throws HttpCallError, or the signal's reason */
  async get(
    url: URL,
    signal: AbortSignal,
    extraHeaders: Readonly<Record<string, string>> = {},
  ): Promise<HttpResponse> {
    const headers = { ...extraHeaders, accept: 'application/json' };
    const { status, headers: answered, body } = await this.open({ method: 'GET', url, signal, headers });
    const pieces: Uint8Array[] = [];
    for await (const piece of body) pieces.push(piece);
    return { status, headers: answered, body: Buffer.concat(pieces).toString('utf8') };
  }

  /**
   * Calls, and returns as soon as the head of the response is there.
   *
   * @throws HttpCallError, or the signal's reason
   */
  async open(call: HttpCall): Promise<OpenResponse> {
    const until = AbortSignal.any([call.signal, AbortSignal.timeout(this.#settings.timeoutMs)]);
    let { url } = call;
    for (let hops = 0; ; hops += 1) {
      const response = await this.#once(url, call, until);
      const { redirects = 0 } = call;
      if (redirects === 0 || !REDIRECTS.has(response.status)) return response;
      response.letGo();
      const next = URL.parse(response.headers['location'] ?? '', url.href);
      if (next === null) throw new HttpCallError(`${url.host}: it redirects to no address.`, true);
      if (hops === redirects)
        throw new HttpCallError(`${call.url.host}: it redirects more than ${redirects} times.`, true);
      url = next;
    }
  }

  async close(): Promise<void> {
    await (await this.#caller)?.agent.destroy();
  }

  async #once(url: URL, call: HttpCall, until: AbortSignal): Promise<OpenResponse> {
    checkAddress(url);
    const { method, body = null, headers: extra } = call;
    const headers = { ...extra, 'user-agent': this.#settings.userAgent, 'accept-encoding': 'identity' };
    this.#caller ??= openCaller(this.#settings);
    const { agent, send } = await this.#caller;
    const asked = { method, body, headers, dispatcher: agent, signal: until };
    const failed = (cause: unknown): Error => this.#failure(url, cause, { until, signal: call.signal });
    try {
      return opened(url, await send(url, asked), failed);
    } catch (cause) {
      throw failed(cause);
    }
  }

  #failure(
    url: URL,
    cause: unknown,
    { until, signal }: { readonly until: AbortSignal; readonly signal: AbortSignal },
  ): Error {
    if (signal.aborted) return signal.reason as Error;
    if (cause instanceof HttpCallError) return cause;
    const late = `no complete answer within ${this.#settings.timeoutMs / 1_000} s`;
    return new HttpCallError(`${url.host}: ${until.aborted ? late : messageOf(cause)}`, false, { cause });
  }
}

interface Caller {
  readonly agent: Agent;
  readonly send: typeof request;
}

/** At the first call: many servers make none, and the code for it takes memory. */
async function openCaller(settings: HttpSettings): Promise<Caller> {
  const [undici, { guardedConnector }] = await Promise.all([
    import('undici'),
    import('./guarded-connect.ts'),
  ]);
  const agent = new undici.Agent({
    connect: guardedConnector(settings),
    connections: settings.connections ?? 8,
    keepAliveTimeout: 10_000,
    headersTimeout: settings.timeoutMs,
    bodyTimeout: settings.timeoutMs,
    maxResponseSize: settings.maxBytes,
  });
  return { agent, send: undici.request };
}

/** @throws HttpCallError */
function checkAddress({ protocol, username, password }: URL): void {
  if (protocol !== 'https:' && protocol !== 'http:')
    throw new HttpCallError(`${protocol} is not called: only http and https are.`, true);
  if (username !== '' || password !== '')
    throw new HttpCallError('An address with credentials in it is not called.', true);
}

function opened(
  url: URL,
  { statusCode, headers, body }: Dispatcher.ResponseData,
  failed: (cause: unknown) => Error,
): OpenResponse {
  return {
    status: statusCode,
    headers: flat(headers),
    url,
    body: piecesOf(body, failed),
    letGo() {
      body.on('error', () => undefined);
      body.destroy();
    },
  };
}

async function* piecesOf(
  body: AsyncIterable<Uint8Array>,
  failed: (cause: unknown) => Error,
): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (cause) {
    throw failed(cause);
  }
}

function flat(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = (error as { code?: string }).code;
  return code === undefined ? error.message : `${error.message} (${code})`;
}
