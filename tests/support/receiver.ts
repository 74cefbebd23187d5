import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WebhookPayload } from '#sdk/index.ts';

export interface Received {
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly event: WebhookPayload;
}

/** How a receiver meets what comes: `hold` answers when it is told to, `silent` never. */
export type Manner = 'ok' | 'hold' | 'error' | 'silent' | 'cut' | 'redirect' | 'gone' | 'endless';

/** A server that receives webhooks, in whatever manner it is told; it keeps what came. */
export class Receiver {
  readonly received: Received[] = [];
  /** For the next ones, in this order; then `ok`. */
  readonly manners: Manner[] = [];
  manner: Manner = 'ok';
  redirectTo = '';
  readonly #server: Server;
  #waiting: (() => void)[] = [];
  readonly #held: ServerResponse[] = [];

  private constructor(server: Server) {
    this.#server = server;
  }

  static async open(port = 0): Promise<Receiver> {
    const server = createServer();
    const receiver = new Receiver(server);
    server.on('request', (request, response) => void receiver.#receive(request, response));
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return receiver;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/hook`;
  }

  /** Resolves once what came satisfies the question. */
  async until(isEnough: (received: readonly Received[]) => boolean): Promise<readonly Received[]> {
    while (!isEnough(this.received)) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return this.received;
  }

  /** What came of one type. */
  of(type: string): Received[] {
    return this.received.filter(({ event }) => event.type === type);
  }

  /** Answers what it holds, and holds no more. */
  letGo(): void {
    this.manner = 'ok';
    for (const response of this.#held.splice(0)) this.#answer('ok', response);
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const piece of request) body += String(piece);
    this.received.push({ headers: request.headers, body, event: JSON.parse(body) as WebhookPayload });
    this.#answer(this.manners.shift() ?? this.manner, response);
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #answer(manner: Manner, response: ServerResponse): void {
    if (manner === 'ok') response.end('A secret of the receiver, which nobody may read.');
    else if (manner === 'hold') this.#held.push(response);
    else if (manner === 'error') response.writeHead(500).end('Broken inside.');
    else if (manner === 'gone') response.writeHead(410).end();
    else if (manner === 'cut') response.destroy();
    else if (manner === 'redirect') response.writeHead(302, { location: this.redirectTo }).end();
    else if (manner === 'endless') {
      response.writeHead(200);
      const more = (): void => {
        if (!response.destroyed) response.write('x'.repeat(65_536), () => setImmediate(more));
      };
      response.on('error', () => undefined);
      more();
    }
  }
}
