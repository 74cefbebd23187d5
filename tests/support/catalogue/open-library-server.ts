import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { seeded } from '../random.ts';
import { bookOf } from './open-library-answers.ts';
import type { World } from './world.ts';

/** The rules that the real one enforces. */
export interface ServerRules {
  /** Calls in any second. */
  readonly perSecond: number;
  /** Shares of calls that go wrong in each way. */
  readonly faults?: {
    readonly busy?: number;
    readonly broken?: number;
    readonly cut?: number;
    readonly slow?: number;
  };
  readonly retryAfterSeconds?: number;
  readonly seed?: number;
}

export interface OpenLibraryServer {
  readonly url: string;
  /** Every call that came, in order. */
  readonly calls: readonly Arrived[];
  /** Calls that were answered with what they asked for. */
  answered(): readonly Arrived[];
  /** How many calls came beyond the limit, in the worst second. */
  worstExcess(): number;
  /** The most calls that came while one `Retry-After` forbade it: those on their way could not know. */
  mostTooEarly(): number;
  change(rules: Partial<ServerRules>): void;
  close(): Promise<void>;
}

export interface Arrived {
  readonly at: number;
  readonly path: string;
  readonly query: string;
  readonly userAgent: string;
  status: number;
  /** Answered whole. */
  isWhole: boolean;
}

/** Open Library on this machine, over an invented world, as strict as the real one. */
export async function startOpenLibrary(world: World, given: ServerRules): Promise<OpenLibraryServer> {
  const keeper = new Keeper(world, given);
  const server = createServer((request, response) => void keeper.answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { calls } = keeper;
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    answered: () => calls.filter((call) => call.isWhole),
    worstExcess: () =>
      Math.max(0, ...calls.map((call) => countSince(calls, call.at) - keeper.rules.perSecond)),
    mostTooEarly: () => keeper.mostTooEarly,
    change(changes) {
      keeper.rules = { ...keeper.rules, ...changes };
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Keeps the rules, and the book of who called. */
class Keeper {
  readonly calls: Arrived[] = [];
  rules: ServerRules;
  mostTooEarly = 0;
  readonly #world: World;
  readonly #random: () => number;
  #forbiddenUntil = 0;
  #early = 0;

  constructor(world: World, rules: ServerRules) {
    this.#world = world;
    this.rules = rules;
    this.#random = seeded(rules.seed ?? 1);
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const call = this.#note(url, request.headers['user-agent'] ?? '');
    response.on('finish', () => {
      call.isWhole = call.status === 200;
    });
    const fault = faultOf(this.#random(), this.rules.faults ?? {});
    const refusal = this.#refusalOf(call, fault);
    if (refusal !== null) return send(response, call, refusal);
    if (fault === 'slow') await sleep(80);
    const { status, body, location } = bookOf(this.#world, url);
    if (fault === 'cut') return cut(response, body, call);
    send(response, call, { status, body, headers: location === undefined ? {} : { Location: location } });
  }

  #note(url: URL, userAgent: string): Arrived {
    const query = url.searchParams.get('q') ?? '';
    const at = performance.now();
    const call = { at, path: url.pathname, query, userAgent, status: 0, isWhole: false };
    this.calls.push(call);
    this.#early = at < this.#forbiddenUntil ? this.#early + 1 : 0;
    this.mostTooEarly = Math.max(this.mostTooEarly, this.#early);
    return call;
  }

  #refusalOf({ at, userAgent }: Arrived, fault: string | null): Sent | null {
    if (!/\([^)]*(?:@|https?:)[^)]*\)/.test(userAgent))
      return { status: 403, body: '{"error":"no contact"}' };
    const recent = this.calls.filter((other) => other.at > at - 1_000).length;
    if (recent > this.rules.perSecond || fault === 'busy') {
      const seconds = this.rules.retryAfterSeconds ?? 1;
      this.#forbiddenUntil = at + seconds * 1_000;
      const body = '{"status":429,"message":"Too Many Requests."}';
      return { status: 429, body, headers: { 'Retry-After': String(seconds) } };
    }
    return fault === 'broken' ? { status: 500, body: 'Internal Server Error' } : null;
  }
}

interface Sent {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

function send(response: ServerResponse, call: Arrived, { status, body, headers = {} }: Sent): void {
  call.status = status;
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(body);
}

/** Calls in the second that begins with this one. */
function countSince(calls: readonly Arrived[], from: number): number {
  return calls.filter(({ at }) => at >= from && at < from + 1_000).length;
}

function faultOf(draw: number, faults: NonNullable<ServerRules['faults']>): string | null {
  let upTo = 0;
  for (const [name, share] of Object.entries(faults)) {
    upTo += share;
    if (draw < upTo) return name;
  }
  return null;
}

/** Promises a whole answer and breaks off in the middle of it. */
function cut(response: ServerResponse, body: string, call: Arrived): void {
  call.status = 0;
  response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': String(body.length) });
  response.write(body.slice(0, Math.floor(body.length / 2)), () => response.destroy());
}
