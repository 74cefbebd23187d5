import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { percentile } from './figures.ts';

export interface LoadResult {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface Load {
  readonly port: number;
  readonly request: string;
  readonly connections: number;
  readonly seconds: number;
}

/**
 * Sends one request over and over on so many kept-alive connections, each waiting for its answer: raw sockets, for
 * an HTTP client would cost more than the server that is measured.
 */
export async function load({ port, request, connections, seconds }: Load): Promise<LoadResult> {
  const waits: number[] = [];
  const until = performance.now() + seconds * 1_000;
  const bytes = Buffer.from(request);
  const from = performance.now();
  await Promise.all(Array.from({ length: connections }, () => oneConnection({ port, bytes, until, waits })));
  const spent = performance.now() - from;
  return {
    perSecond: (waits.length / spent) * 1_000,
    p50Ms: percentile(waits, 0.5),
    p99Ms: percentile(waits, 0.99),
  };
}

interface Connection {
  readonly port: number;
  readonly bytes: Buffer;
  readonly until: number;
  readonly waits: number[];
}

function oneConnection({ port, bytes, until, waits }: Connection): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(port, '127.0.0.1', send);
    socket.setNoDelay(true);
    let sentAt = 0;
    let left = 0;
    function send(): void {
      sentAt = performance.now();
      left = -1;
      socket.write(bytes);
    }
    socket.on('data', (chunk) => {
      left = left === -1 ? missingOf(chunk) : left - chunk.length;
      if (left > 0) return;
      const now = performance.now();
      waits.push(now - sentAt);
      if (now < until) send();
      else socket.end();
    });
    socket.on('close', () => resolve());
    socket.on('error', reject);
  });
}

/** Bytes of the body that this first piece of the response does not hold yet. */
function missingOf(chunk: Buffer): number {
  const head = chunk.indexOf('\r\n\r\n');
  const text = chunk.toString('latin1', 0, head);
  if (!text.startsWith('HTTP/1.1 200')) throw new Error(`Unexpected: ${text.split('\r\n')[0]}`);
  const length = Number(/content-length: (\d+)/i.exec(text)?.[1]);
  return head + 4 + length - chunk.length;
}

export function post(path: string, body: string, headers: Readonly<Record<string, string>> = {}): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n${lines.join('')}\r\n${body}`;
}
