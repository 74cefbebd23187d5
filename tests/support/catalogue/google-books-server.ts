import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { World, WorldWork } from './world.ts';

/** How a used-up quota is told: each form was seen at the real one. */
export type Drained = '429' | '400' | '403';

export interface GoogleBooksServer {
  readonly url: string;
  /** Every call that came, in order: its query, and the key that it showed. */
  readonly calls: readonly { readonly query: string; readonly key: string | null; readonly status: number }[];
  /** From the next call on, so many are answered; then the quota is used up, until it is changed again. */
  quota: { left: number; readonly drained: Drained };
  /** The only key that is let in; null: none is needed. */
  key: string | null;
  close(): Promise<void>;
}

const PAGE = 40;

/** Google Books on this machine, over an invented world. */
export async function startGoogleBooks(world: World): Promise<GoogleBooksServer> {
  const calls: { query: string; key: string | null; status: number }[] = [];
  const self = {
    calls,
    quota: { left: Infinity, drained: '429' as Drained },
    key: null as string | null,
  };
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const key = request.headers['x-goog-api-key'] ?? url.searchParams.get('key');
    const { status, body } = bookOf(world, url, { ...self, shown: key === null ? null : String(key) });
    if (status === 200) self.quota.left -= 1;
    calls.push({ query: url.searchParams.get('q') ?? '', key: key === null ? null : String(key), status });
    const pause = status === 429 ? { 'Retry-After': '60' } : {};
    response.writeHead(status, { 'Content-Type': 'application/json', ...pause }).end(JSON.stringify(body));
  };
  const server = createServer(answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return Object.assign(self, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  });
}

interface Rules {
  readonly quota: GoogleBooksServer['quota'];
  readonly key: string | null;
  readonly shown: string | null;
}

function bookOf(world: World, url: URL, { quota, key, shown }: Rules): { status: number; body: unknown } {
  if (url.pathname !== '/books/v1/volumes') return refusal(404, 'notFound', 'NOT_FOUND');
  if (key !== null && shown !== key) return refusal(400, 'keyInvalid', 'INVALID_ARGUMENT');
  if (quota.left <= 0) return DRAINED[quota.drained];
  const size = Number(url.searchParams.get('maxResults') ?? '10');
  if (size > PAGE) return refusal(400, 'invalidParameter', 'INVALID_ARGUMENT');
  const start = Number(url.searchParams.get('startIndex') ?? '0');
  const found = matching(world, url.searchParams.get('q') ?? '');
  const items = found.slice(start, start + size).map((work) => volumeOf(world, work));
  // The number changes from page to page; without volumes, the list is not there.
  const body = {
    kind: 'books#volumes',
    totalItems: found.length + (start % 7),
    ...(items.length === 0 ? {} : { items }),
  };
  return { status: 200, body };
}

function refusal(code: number, reason: string, status: string): { status: number; body: unknown } {
  return { status: code, body: { error: { code, status, errors: [{ domain: 'usageLimits', reason }] } } };
}

const DRAINED: Readonly<Record<Drained, ReturnType<typeof refusal>>> = {
  '429': refusal(429, 'rateLimitExceeded', 'RESOURCE_EXHAUSTED'),
  '400': refusal(400, 'dailyLimitExceeded', 'RESOURCE_EXHAUSTED'),
  '403': refusal(403, 'dailyLimitExceeded', 'PERMISSION_DENIED'),
};

function matching({ works, authors }: World, query: string): readonly WorldWork[] {
  const by = /inauthor:"([^"]*)"/.exec(query)?.[1];
  const isbn = /isbn:(\d+)/.exec(query)?.[1];
  const title = /intitle:"([^"]*)"/.exec(query)?.[1];
  return works.filter(
    (work) =>
      (by === undefined || work.authors.some((i) => plain(authors[i]?.name ?? '') === plain(by))) &&
      (isbn === undefined || work.isbns.includes(isbn)) &&
      (title === undefined || plain(work.title).includes(plain(title))),
  );
}

/** As the real ones are: a year or a whole date, identifiers that are no ISBN, authors that are not there. */
function volumeOf(world: World, work: WorldWork): object {
  const other = { type: 'OTHER', identifier: `UOM:${work.key}` };
  const isbns = work.isbns.map((identifier) => ({ type: 'ISBN_13', identifier }));
  return {
    id: `g${work.key}`,
    volumeInfo: {
      title: work.title,
      ...(work.authors.length > 4 ? {} : { authors: work.authors.map((i) => world.authors[i]?.name) }),
      ...(work.year === null
        ? {}
        : { publishedDate: work.year % 2 === 0 ? String(work.year) : `${work.year}-05-01` }),
      industryIdentifiers: [other, ...isbns],
      language: 'en',
    },
  };
}

function plain(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, ' ')
    .trim();
}
