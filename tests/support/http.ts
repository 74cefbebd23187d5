import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHttp, type Http } from '../../src/http/create-http.ts';
import { DEFAULT_LIMITS, type HttpSettings, type LogLine } from '../../src/http/settings.ts';
import { FakeApp } from './fake-app.ts';

export interface Harness {
  readonly fake: FakeApp;
  readonly http: Http['web'];
  readonly listener: Http['listener'];
  readonly log: LogLine[];
}

/** The HTTP layer over a fake App, in memory. */
export function harness(settings: Partial<HttpSettings> = {}): Harness {
  const fake = new FakeApp();
  const log: LogLine[] = [];
  const { web, listener } = createHttp(fake.app(), {
    version: '0.0.0',
    adminKey: null,
    trustedProxies: [],
    corsOrigins: [],
    userHeader: 'preheat-user',
    limits: DEFAULT_LIMITS,
    heartbeatMs: 15_000,
    uiFolder: null,
    log: (line) => log.push(line),
    ...settings,
  });
  return { fake, http: web, listener, log };
}

export interface Listening extends Harness, AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly server: Server;
}

/** The same behind a real server on a free port. */
export async function listen(settings: Partial<HttpSettings> = {}, port = 0): Promise<Listening> {
  return serve(harness(settings), port);
}

export async function serve(built: Harness, port = 0): Promise<Listening> {
  const server = createServer(built.listener);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address() as AddressInfo;
  return {
    ...built,
    server,
    port: address.port,
    url: `http://127.0.0.1:${address.port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export function post(body: unknown, headers: Record<string, string> = {}): RequestInit {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { method: 'POST', body: text, headers: { 'Content-Type': 'application/json', ...headers } };
}
