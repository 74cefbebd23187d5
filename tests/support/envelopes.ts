import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReportedEvent {
  readonly event_id: string;
  readonly level: string;
  readonly environment: string;
  readonly release: string;
  readonly tags: Readonly<Record<string, string | number>>;
  readonly exception: {
    readonly values: readonly {
      readonly type: string;
      readonly value: string;
      readonly stacktrace?: { readonly frames: readonly { readonly filename?: string }[] };
    }[];
  };
}

/**
 * A server on loopback that takes errors as Sentry does, in envelopes, and holds senders to that form:
 * https://develop.sentry.dev/sdk/foundations/transport/envelopes/
 */
export class Envelopes implements AsyncDisposable {
  readonly events: ReportedEvent[] = [];
  readonly refused: unknown[] = [];
  /** All that came, as it came. */
  text = '';
  #look: () => void = () => undefined;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async open(): Promise<Envelopes> {
    const server = createServer();
    const envelopes = new Envelopes(server);
    server.on('request', (request, response) => void envelopes.#take(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return envelopes;
  }

  get dsn(): string {
    return `http://publickey@127.0.0.1:${(this.#server.address() as AddressInfo).port}/42`;
  }

  /** The first event that the log calls so, now or later. */
  async heard(event: string): Promise<ReportedEvent> {
    for (;;) {
      const found = this.events.find(({ tags }) => tags['event'] === event);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => {
        this.#look = resolve;
      });
    }
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      let text = '';
      for await (const part of request) text += String(part);
      const url = new URL(request.url ?? '', this.dsn);
      assert.equal(`${request.method} ${url.pathname}`, 'POST /api/42/envelope/');
      assert.equal(url.searchParams.get('sentry_key'), 'publickey');
      this.text += text;
      this.events.push(...readEnvelope(text));
      response.writeHead(200, { 'Content-Type': 'application/json' }).end('{}');
    } catch (error) {
      this.refused.push(error);
      response.writeHead(400).end();
    }
    this.#look();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

/** A line with headers, then for each item a line with its headers and one with what it is. */
function readEnvelope(text: string): ReportedEvent[] {
  const [head = '', ...items] = text.split('\n');
  assert.match((JSON.parse(head) as { event_id: string }).event_id, /^[\da-f]{32}$/);
  const events: ReportedEvent[] = [];
  for (let at = 0; at + 1 < items.length; at += 2) {
    const { type } = JSON.parse(items[at] ?? '') as { type: string };
    assert.equal(type, 'event');
    events.push(JSON.parse(items[at + 1] ?? '') as ReportedEvent);
  }
  return events;
}
