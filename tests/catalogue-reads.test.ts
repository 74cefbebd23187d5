import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { startOpenLibrary } from './support/catalogue/open-library-server.ts';
import type { OpenLibraryServer } from './support/catalogue/open-library-server.ts';
import { goodreadsCsv, makeWorld } from './support/catalogue/world.ts';
import { startServerProcess, temporaryFolder } from './support/server.ts';
import type { ServerProcess } from './support/server.ts';

const BOOKS = [
  {
    title: 'Frankenstein',
    authors: ['Mary Shelley'],
    year: 1818,
    isbns: ['9780141439471'],
    editions: 90,
    subjects: ['Gothic'],
  },
  { title: 'The Last Man', authors: ['Mary Shelley'], year: 1826, editions: 9 },
  {
    title: 'Good Omens',
    authors: ['Terry Pratchett', 'Neil Gaiman'],
    year: 1990,
    isbns: ['9780060853983'],
    editions: 80,
  },
  { title: 'Coraline', authors: ['Neil Gaiman'], year: 2002, editions: 50 },
];

describe('the read side of catalogues', () => {
  const world = makeWorld(11, { listed: 12, levels: [3], worksEach: 4 });
  const folder = temporaryFolder();
  let source: OpenLibraryServer;
  let server: ServerProcess;
  const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${server.url}/api/v1/catalogue/${path}`, { headers });

  before(async () => {
    source = await startOpenLibrary(world, { perSecond: 200 });
    const file = join(folder.path, 'books.jsonl');
    writeFileSync(file, BOOKS.map((book) => JSON.stringify(book)).join('\n'));
    server = await startServerProcess(folder.path, {
      PREHEAT_CATALOGUE_SOURCES: 'openlibrary,file',
      PREHEAT_CATALOGUE_FILE: file,
      PREHEAT_OPENLIBRARY_URL: source.url,
      PREHEAT_OPENLIBRARY_PER_SECOND: '200',
      PREHEAT_CATALOGUE_CONTACT: 'ops@example.org',
      PREHEAT_SYNCHRONOUS: 'NORMAL',
      PREHEAT_LOG_LEVEL: 'warn',
    });
  });
  after(async () => {
    await server.stop('SIGKILL');
    await source.close();
    folder.remove();
  });

  test('what no one has cached is fetched, and then it is there', async () => {
    const { client } = server;
    const name = String(world.authors[0]?.name);
    const first = await client.catalogue.author(name);
    assert.deepEqual([first.match, first.cache.status, first.cache.source], ['exact', 'miss', 'openlibrary']);
    const before = source.calls.length;
    const again = await client.catalogue.author(name.toUpperCase());
    assert.equal(again.cache.status, 'hit');
    const works = again.items[0]?.['works'] as { title: string }[];
    assert.ok(works.length >= 4);
    // Its works came with it.
    const title = await client.catalogue.title(String(works[0]?.title));
    assert.equal(title.cache.status, 'hit');
    const isbns = title.items[0]?.['isbns'] as string[];
    assert.equal((await client.catalogue.isbn(String(isbns[0]))).cache.status, 'hit');
    assert.equal(source.calls.length, before);
  });

  test('an author has what the source says of the person, whether merged, moved, or with a bio in either form', async () => {
    for (const index of [1, 4, 6, 9]) {
      const { items } = await server.client.catalogue.author(String(world.authors[index]?.name));
      const details = items[0]?.['details'] as Record<string, unknown>;
      assert.equal(details['bio'], `About ${world.authors[index]?.name}`);
      assert.equal(details['photoUrl'], null);
    }
  });

  test('many ISBNs at once are one call', async () => {
    const isbns = world.works.slice(-10).flatMap((work) => work.isbns.slice(0, 1));
    const before = source.calls.length;
    const entries = await Promise.all(isbns.map((isbn) => server.client.catalogue.isbn(isbn)));
    assert.ok(entries.every((entry) => entry.items.length === 1));
    // Two as a rule; on a busy machine they may not arrive within one moment.
    assert.ok(
      source.calls.length - before < isbns.length / 2,
      `${source.calls.length - before} calls for ${isbns.length} ISBNs`,
    );
  });

  test('what the first source does not know, the second is asked for', async () => {
    const { cache, items } = await server.client.catalogue.title('frankenstein');
    assert.equal(cache.source, 'file');
    assert.equal(items[0]?.['firstPublished'], 1818);
    const { items: both } = await server.client.catalogue.title('Good Omens', { author: 'Gaiman, Neil' });
    assert.equal(both.length, 1);
  });

  test('other spellings are found, and said to be other spellings', async () => {
    for (const typed of ['Frankenstien', 'Frankenstein; or the modern Prometheus', 'Frankenstin']) {
      const { match, items } = await server.client.catalogue.title(typed);
      assert.equal(items[0]?.['title'], 'Frankenstein', `${typed}: ${match}`);
    }
    await server.client.catalogue.author('Mary Shelley');
    const { match, key } = await server.client.catalogue.author('Mary Shelly');
    assert.deepEqual([match, key], ['near', 'mary shelley']);
  });

  test('what nobody knows is asked for once, and named with what is spelled alike', async () => {
    const before = source.calls.length;
    const first = await get('titles/Frank%20and%20Stein%20on%20Mars');
    assert.equal(first.status, 404);
    assert.match(((await first.json()) as { detail: string }).detail, /No source knows the title/);
    const between = source.calls.length;
    assert.ok(between > before);
    assert.equal((await get('titles/Frank%20and%20Stein%20on%20Mars')).status, 404);
    assert.equal(source.calls.length, between);
  });

  test('a known entry is 304 to who has it, and new after a refresh', async () => {
    const first = await get('titles/Coraline');
    const etag = String(first.headers.get('etag'));
    assert.equal((await get('titles/Coraline', { 'If-None-Match': etag })).status, 304);
    assert.equal((await get('titles/Coraline', { 'If-None-Match': '"other"' })).status, 200);
    const fresh = await get('titles/Coraline?cache=refresh', { 'If-None-Match': etag });
    assert.equal(fresh.status, 200);
    assert.notEqual(fresh.headers.get('etag'), etag);
  });

  test('cache=only asks nobody; what is no key is refused in words', async () => {
    const before = source.calls.length;
    const missing = await get('titles/Never%20Heard?cache=only');
    assert.equal(((await missing.json()) as { code: string }).code, 'not_cached');
    const wrong = await get('isbn/9780141439470');
    assert.equal(wrong.status, 400);
    assert.match(((await wrong.json()) as { detail: string }).detail, /check digit/);
    assert.equal(source.calls.length, before);
  });

  test('another project reads nothing of it', async () => {
    await server.client.projects.create('other');
    const headers = { 'Preheat-Project': 'other' };
    assert.equal((await get('titles/Coraline?cache=only', headers)).status, 404);
    const list = (await (await get('records?kind=title', headers)).json()) as { items: unknown[] };
    assert.deepEqual(list.items, []);
  });

  test('what is cached can be gone through by name', async () => {
    const { items } = await server.client.catalogue.records({ kind: 'title', text: 'fRANKEN', known: true });
    assert.deepEqual(
      items.map((item) => item.name),
      ['Frankenstein'],
    );
    const all: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof server.client.catalogue.records>> =
        await server.client.catalogue.records({
          limit: 7,
          ...(cursor === null ? {} : { cursor }),
        });
      all.push(...page.items.map((item) => item.key));
      cursor = page.nextCursor;
    } while (cursor !== null);
    assert.deepEqual(all, all.toSorted());
    assert.ok(all.length > 20);
  });

  test('a list is previewed, queued with an estimate, and what it came to is kept', async () => {
    const { catalogue, batches } = server.client;
    const list = { name: 'goodreads.csv', content: goodreadsCsv(world, 30, 3) };
    const preview = await catalogue.preview(list, { options: { maxDepth: 1 } });
    assert.deepEqual(
      [preview.format, preview.books, preview.authors, preview.needsMapping],
      ['goodreads', 30, 12, false],
    );
    assert.equal(preview.estimate.works, null);
    const ranks = preview.sample.map((listed) => Number(/rated ([\d.]+)/.exec(listed.why)?.[1] ?? 0));
    assert.ok((ranks[0] ?? 0) >= (ranks.at(-1) ?? 9));

    const queued = await catalogue.warm(list, { options: { maxDepth: 1 }, priority: 'high' });
    assert.deepEqual([queued.authorsQueued, queued.priority, queued.estimatedWorks], [12, 5, null]);
    const batch = await batches.wait(queued.id);
    assert.equal(batch?.counts.failed, 0);
    const report = await catalogue.report(queued.id);
    assert.equal(report.summary.books, 30);
    assert.equal(report.summary.depthReached, 1);
    assert.ok((report.summary.multiplication ?? 0) > 1);

    const next = await catalogue.preview(list, { options: { maxDepth: 1, refresh: true } });
    assert.equal(next.estimate.authors, batch?.total);
    assert.ok((next.estimate.works ?? 0) > 12 && next.estimate.seconds !== null);

    const json = await fetch(`${server.url}/api/v1/catalogue/batches`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ csv: Buffer.from(list.content).toString('base64'), maxDepth: 0 }),
    });
    assert.equal(((await json.json()) as { authorsQueued: number }).authorsQueued, 12);

    const form = new FormData();
    form.set('maxDepth', '0');
    form.set('priority', 'high');
    form.set('file', new Blob([list.content]), list.name);
    const posted = await fetch(`${server.url}/api/v1/catalogue/batches`, { method: 'POST', body: form });
    const fromForm = (await posted.json()) as { options: { maxDepth: number }; priority: number };
    assert.deepEqual([fromForm.options.maxDepth, fromForm.priority], [0, 5]);

    await server.client.projects.change('default', { catalogue: { preset: 'gentle' } });
    const gentle = await catalogue.warm(list, {});
    assert.deepEqual(
      [gentle.options['preset'], gentle.options['maxDepth'], gentle.concurrency, gentle.paceMs],
      ['gentle', 1, 1, 2_000],
    );
    await batches.cancel(gentle.id);
    const own = await catalogue.warm(list, { options: { preset: 'eager', maxDepth: 0 } });
    assert.deepEqual([own.options['preset'], own.concurrency, own.paceMs], ['eager', 10, 0]);
    await batches.wait(own.id);
    await server.client.projects.change('default', { catalogue: null });

    await batches.delete(queued.id);
    const kept = await catalogue.report(queued.id);
    assert.deepEqual({ ...kept, isDeleted: false }, report);
    const stats = await catalogue.stats();
    assert.ok(stats.records.titles > 20 && stats.summary.calls > 0);
    const hours = await server.client.system.hours();
    assert.ok(hours.items.some(({ figures }) => (figures['works'] ?? 0) > 0));
  });
});
