import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

type Values = Readonly<Record<string, string | number | boolean>>;

export interface CollectedSpan {
  readonly name: string;
  /** 2 server, 3 client, 4 producer, 5 consumer: https://opentelemetry.io/docs/specs/otel/trace/api/#spankind */
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  /** null: it begins its trace. */
  readonly parent: string | null;
  readonly hasFailed: boolean;
  readonly attributes: Values;
  readonly resource: Values;
}

interface OtlpValue {
  readonly stringValue?: string;
  readonly intValue?: string | number;
  readonly doubleValue?: number;
  readonly boolValue?: boolean;
}

type OtlpAttributes = readonly { readonly key: string; readonly value: OtlpValue }[];

interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes?: OtlpAttributes;
  readonly status?: { readonly code?: number };
}

interface OtlpTraces {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: OtlpAttributes };
    readonly scopeSpans: readonly {
      readonly scope: { readonly name: string };
      readonly spans: readonly OtlpSpan[];
    }[];
  }[];
}

/**
 * A collector on loopback that takes traces by OTLP over HTTP with JSON, and holds senders to the protocol:
 * https://opentelemetry.io/docs/specs/otlp/#otlphttp. What it refuses stands in `refused`.
 */
export class Collector implements AsyncDisposable {
  readonly spans: CollectedSpan[] = [];
  readonly headers: IncomingMessage['headers'][] = [];
  readonly refused: unknown[] = [];
  /** All that came, as it came. */
  text = '';
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async open(): Promise<Collector> {
    const server = createServer();
    const collector = new Collector(server);
    server.on('request', (request, response) => void collector.#take(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return collector;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The one span of that name with those attributes. */
  one(name: string, attributes: Values = {}): CollectedSpan {
    const found = this.spans.filter(
      (span) =>
        span.name === name &&
        Object.entries(attributes).every(([key, value]) => span.attributes[key] === value),
    );
    const names = this.spans.map((span) => span.name).join(', ');
    assert.equal(found.length, 1, `${found.length} spans "${name}" among ${names}`);
    return found[0] as CollectedSpan;
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      const body = Buffer.concat(parts);
      const isZipped = request.headers['content-encoding'] === 'gzip';
      const text = (isZipped ? gunzipSync(body) : body).toString();
      assert.equal(`${request.method} ${request.url}`, 'POST /v1/traces');
      assert.match(request.headers['content-type'] ?? '', /^application\/json/);
      this.spans.push(...readTraces(JSON.parse(text) as OtlpTraces));
      this.headers.push(request.headers);
      this.text += text;
      response.writeHead(200, { 'Content-Type': 'application/json' }).end('{}');
    } catch (error) {
      this.refused.push(error);
      response.writeHead(400).end();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

function readTraces({ resourceSpans }: OtlpTraces): CollectedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ scope, spans }) => {
      assert.equal(scope.name, 'preheat');
      return spans.map((span) => toSpan(span, valuesOf(resource.attributes)));
    }),
  );
}

function toSpan(span: OtlpSpan, resource: Values): CollectedSpan {
  assert.match(span.traceId, /^[\da-f]{32}$/);
  assert.match(span.spanId, /^[\da-f]{16}$/);
  assert.match(span.startTimeUnixNano, /^\d{19}$/);
  assert.ok(BigInt(span.endTimeUnixNano) >= BigInt(span.startTimeUnixNano), 'it ends before it begins');
  const { name, kind, traceId, spanId, parentSpanId = '' } = span;
  const attributes = valuesOf(span.attributes ?? []);
  const parent = parentSpanId === '' ? null : parentSpanId;
  return { name, kind, traceId, spanId, parent, hasFailed: span.status?.code === 2, attributes, resource };
}

function valuesOf(attributes: OtlpAttributes): Values {
  return Object.fromEntries(
    attributes.map(({ key, value }) => {
      const { stringValue, intValue, doubleValue, boolValue } = value;
      const read =
        stringValue ?? boolValue ?? doubleValue ?? (intValue === undefined ? undefined : Number(intValue));
      assert.ok(read !== undefined, `${key} has no value`);
      return [key, read];
    }),
  );
}
