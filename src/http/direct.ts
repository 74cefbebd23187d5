import type { IncomingHttpHeaders, IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Exchange, RawRequest } from './call.ts';
import type { Handle } from './handle.ts';
import { bodyInterrupted } from './read-body.ts';
import type { Reply } from './reply.ts';

/** Larger bodies, and those whose size is not announced, take the way by web requests. */
const MAX_DIRECT_BYTES = 64 * 1024;

/**
 * Serves small posts to fixed paths straight from Node's parser to its socket, and leaves the rest to `otherwise`.
 *
 * It is the same handler behind both, with every check, limit and log line of it; only the web `Request`, the router
 * and the web `Response` between them are left out. They were more than a third of a warm ask (bench/README.md).
 *
 * @param handles by path, without a query
 */
export function serveDirectly(
  handles: ReadonlyMap<string, Handle>,
  otherwise: (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<unknown>,
): RequestListener {
  return (incoming, outgoing) => {
    const handle = incoming.method === 'POST' ? handles.get(incoming.url as string) : undefined;
    if (handle === undefined || !isSmall(incoming.headers)) void otherwise(incoming, outgoing);
    else void serve(handle, incoming, outgoing);
  };
}

function isSmall(headers: IncomingHttpHeaders): boolean {
  const length = headers['content-length'];
  return length !== undefined && headers.host !== undefined && Number(length) <= MAX_DIRECT_BYTES;
}

async function serve(handle: Handle, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  try {
    await write(outgoing, await handle(new DirectExchange(incoming, outgoing)));
  } catch (error) {
    // The handler answers every failure itself: what is left is a reply that cannot be written.
    outgoing.destroy(error as Error);
  }
}

function write(outgoing: ServerResponse, { status, headers, body }: Reply): Promise<void> | void {
  if (body instanceof ReadableStream) return stream(outgoing, { status, headers, body });
  const isText = typeof body === 'string';
  // As text of one byte each, bytes leave in one write with the head. As a buffer of their own they would need
  // a writev, which took twice as long.
  const text = body === null ? '' : isText ? body : latin1Of(body);
  const length = isText ? Buffer.byteLength(text) : text.length;
  outgoing.writeHead(status, { ...headers, 'Content-Length': length });
  outgoing.end(text, isText ? 'utf8' : 'latin1');
}

/** As fast as the client reads. A client that hangs up cancels the body, and is no error. */
async function stream(
  outgoing: ServerResponse,
  { status, headers, body }: Omit<Reply, 'body'> & { readonly body: ReadableStream<Uint8Array> },
): Promise<void> {
  outgoing.writeHead(status, headers);
  outgoing.flushHeaders();
  const reader = body.getReader();
  const left = new Promise<'left'>((resolve) => outgoing.once('close', () => resolve('left')));
  try {
    for (;;) {
      const next = await Promise.race([reader.read(), left]);
      if (next === 'left' || next.done) break;
      if (!outgoing.write(next.value)) await Promise.race([drained(outgoing), left]);
    }
    outgoing.end();
  } finally {
    await reader.cancel();
  }
}

function drained(outgoing: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    outgoing.once('drain', resolve);
  });
}

function latin1Of({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('latin1');
}

/** A request that was never made into a web request. */
class DirectExchange implements Exchange {
  readonly env: Exchange['env'];
  readonly req: Exchange['req'];

  constructor(incoming: IncomingMessage, outgoing: ServerResponse) {
    const path = incoming.url as string;
    this.env = { incoming };
    this.req = {
      raw: new DirectRequest(incoming, outgoing),
      path,
      url: path,
      param: () => undefined,
      queries: () => ({}),
    };
  }
}

class DirectRequest implements RawRequest {
  readonly method: string;
  readonly headers: RawRequest['headers'];
  readonly #incoming: IncomingMessage;
  readonly #outgoing: ServerResponse;
  #hangUp: AbortController | null = null;

  constructor(incoming: IncomingMessage, outgoing: ServerResponse) {
    this.method = incoming.method as string;
    this.headers = new DirectHeaders(incoming.headers);
    this.#incoming = incoming;
    this.#outgoing = outgoing;
  }

  /** Fires when the caller hangs up. Made when first asked for: a warm ask never does. */
  get signal(): AbortSignal {
    if (this.#hangUp !== null) return this.#hangUp.signal;
    const hangUp = new AbortController();
    this.#hangUp = hangUp;
    const abort = (): void => hangUp.abort(new DOMException('The caller hung up.', 'AbortError'));
    if (this.#outgoing.destroyed) abort();
    else
      this.#outgoing.once('close', () => {
        if (!this.#outgoing.writableFinished) abort();
      });
    return hangUp.signal;
  }

  /** Bodies come whole, through `readBody`. */
  get body(): null {
    return null;
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    return new Uint8Array(await this.readBody()).buffer;
  }

  readBody(): Promise<Uint8Array> {
    const incoming = this.#incoming;
    return new Promise((resolve, reject) => {
      const parts: Buffer[] = [];
      incoming.on('data', (part: Buffer) => parts.push(part));
      incoming.on('end', () => resolve(parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts)));
      const interrupted = (cause?: Error): void => {
        // Every request closes in the end: an error for it costs a stack trace.
        if (!incoming.readableEnded) reject(bodyInterrupted(cause));
      };
      incoming.on('error', interrupted);
      incoming.on('close', interrupted);
      if (incoming.destroyed) interrupted();
    });
  }
}

class DirectHeaders {
  readonly #headers: IncomingHttpHeaders;

  constructor(headers: IncomingHttpHeaders) {
    this.#headers = headers;
  }

  /** @param name in lower case */
  get(name: string): string | null {
    const value = this.#headers[name];
    if (value === undefined) return null;
    return typeof value === 'string' ? value : value.join(', ');
  }
}
