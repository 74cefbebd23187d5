import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface LoopbackSettings {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
  readonly bucket: string;
}

/** An S3 service in miniature, for tests: it speaks the protocol and checks each signature by its own arithmetic. */
export interface LoopbackS3 {
  readonly url: string;
  readonly objects: Map<string, { readonly content: Buffer; readonly at: number }>;
  readonly calls: number;
  failNext(times: number, status: 500 | 503): void;
  close(): Promise<void>;
}

const PAGE = 10;

export async function startS3(settings: LoopbackSettings): Promise<LoopbackS3> {
  const objects: LoopbackS3['objects'] = new Map();
  let failing = { times: 0, status: 500 };
  let calls = 0;
  const server = createServer((request, response) => {
    calls += 1;
    void answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    const refusal = refusalOf(settings, request, body);
    if (failing.times > 0) {
      failing = { ...failing, times: failing.times - 1 };
      refuse(response, failing.status, 'InternalError');
    } else if (refusal !== null) {
      refuse(response, 403, refusal);
    } else {
      act(request, response, body);
    }
  }

  function act(request: IncomingMessage, response: ServerResponse, body: Buffer): void {
    const url = new URL(request.url ?? '', 'http://s3');
    const [, bucket = '', ...rest] = url.pathname.split('/');
    if (bucket !== settings.bucket) return refuse(response, 404, 'NoSuchBucket');
    const name = decodeURIComponent(rest.join('/'));
    if (name === '') return void response.end(listingOf(objects, url.searchParams));
    if (request.method === 'PUT') objects.set(name, { content: body, at: Date.now() });
    if (request.method === 'DELETE') objects.delete(name);
    if (request.method !== 'GET') return void response.writeHead(request.method === 'PUT' ? 200 : 204).end();
    const found = objects.get(name);
    if (found === undefined) refuse(response, 404, 'NoSuchKey');
    else response.end(found.content);
  }

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects,
    get calls() {
      return calls;
    },
    failNext(times, status) {
      failing = { times, status };
    },
    async close() {
      if (!server.listening) return;
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function listingOf(objects: LoopbackS3['objects'], query: URLSearchParams): string {
  const [prefix, after] = [query.get('prefix') ?? '', query.get('continuation-token') ?? ''];
  const names = [...objects.keys()].filter((name) => name.startsWith(prefix) && name > after);
  const page = names.toSorted().slice(0, PAGE);
  const rows = page.map((name) => {
    const at = new Date(objects.get(name)?.at ?? 0).toISOString();
    return `<Contents><Key>${name}</Key><LastModified>${at}</LastModified></Contents>`;
  });
  const next = names.length > PAGE ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : '';
  return `<?xml version="1.0"?><ListBucketResult>${rows.join('')}${next}</ListBucketResult>`;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(`<?xml version="1.0"?><Error><Code>${code}</Code></Error>`);
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/;

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html */
function refusalOf(settings: LoopbackSettings, request: IncomingMessage, body: Buffer): string | null {
  const [, keyId, day = '', region, names = '', signature] =
    AUTHORIZATION.exec(request.headers.authorization ?? '') ?? [];
  if (keyId === undefined) return 'AccessDenied';
  if (keyId !== settings.accessKeyId || region !== settings.region) return 'InvalidAccessKeyId';
  if (request.headers['x-amz-content-sha256'] !== sha256(body)) return 'XAmzContentSHA256Mismatch';
  const scope = [day, settings.region, 's3', 'aws4_request'];
  const lines = [
    'AWS4-HMAC-SHA256',
    request.headers['x-amz-date'],
    scope.join('/'),
    sha256(canonicalOf(request, names)),
  ];
  const key = scope.reduce<string | Buffer>(
    (secret, part) => createHmac('sha256', secret).update(part).digest(),
    `AWS4${settings.secretAccessKey}`,
  );
  const expected = createHmac('sha256', key).update(lines.join('\n')).digest('hex');
  return expected === signature ? null : 'SignatureDoesNotMatch';
}

function canonicalOf(request: IncomingMessage, names: string): string {
  const [path = '', query = ''] = (request.url ?? '').split('?');
  const sorted = query
    .split('&')
    .filter((pair) => pair !== '')
    .toSorted();
  const headers = names.split(';').map((name) => `${name}:${String(request.headers[name]).trim()}`);
  const hash = request.headers['x-amz-content-sha256'];
  return [request.method, path, sorted.join('&'), ...headers, '', names, hash].join('\n');
}

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
