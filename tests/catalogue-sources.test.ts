import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { startGoogleBooks } from './support/catalogue/google-books-server.ts';
import type { GoogleBooksServer } from './support/catalogue/google-books-server.ts';
import { startOpenLibrary } from './support/catalogue/open-library-server.ts';
import type { OpenLibraryServer } from './support/catalogue/open-library-server.ts';
import { makeWorld } from './support/catalogue/world.ts';
import { startServerProcess, temporaryFolder } from './support/server.ts';
import type { ServerProcess } from './support/server.ts';

/** Of a batch with the preset `normal`. */
const CONCURRENCY = 5;

describe('Google Books first, Open Library when it is silent', () => {
  const world = makeWorld(5, { listed: 60, levels: [], worksEach: 3 });
  const folder = temporaryFolder();
  let google: GoogleBooksServer;
  let library: OpenLibraryServer;
  let server: ServerProcess;
  let next = 0;

  before(async () => {
    google = await startGoogleBooks(world);
    library = await startOpenLibrary(world, { perSecond: 500 });
    server = await startServerProcess(folder.path, {
      PREHEAT_CATALOGUE_SOURCES: 'googlebooks,openlibrary',
      PREHEAT_GOOGLEBOOKS_URL: google.url,
      PREHEAT_GOOGLEBOOKS_API_KEY: 'the-key',
      PREHEAT_GOOGLEBOOKS_PER_SECOND: '500',
      PREHEAT_OPENLIBRARY_URL: library.url,
      PREHEAT_OPENLIBRARY_PER_SECOND: '500',
      PREHEAT_CATALOGUE_CONTACT: 'ops@example.org',
      PREHEAT_SOURCE_BREAK_SECONDS: '1',
      PREHEAT_SYNCHRONOUS: 'NORMAL',
      PREHEAT_LOG_LEVEL: 'warn',
    });
  });
  after(async () => {
    await server.stop('SIGKILL');
    await google.close();
    await library.close();
    folder.remove();
  });
  beforeEach(() => {
    google.quota = { left: Infinity, drained: '429' };
    google.key = null;
  });

  /** Authors that no test has used. */
  function fresh(count: number): string[] {
    const names = world.authors.slice(next, next + count).map(({ name }) => name);
    next += count;
    return names;
  }

  async function warm(names: readonly string[]) {
    const before = google.calls.length;
    const { id } = await server.client.batches.submit({
      workload: 'catalogue',
      items: names.map((author) => ({ author })),
      options: { maxDepth: 0 },
    });
    const batch = await server.client.batches.wait(id);
    const { items } = await server.client.batches.items(id, { limit: 1_000 });
    const told = items.map((item) => String(item.result?.['source']));
    return {
      batch,
      sources: new Map([...Map.groupBy(told, String)].map(([name, all]) => [name, all.length])),
      refused: google.calls.slice(before).filter(({ status }) => status !== 200).length,
    };
  }

  test('volumes become works, with the key in a header; who wrote nothing there is nobody', async () => {
    google.key = 'the-key';
    const { batch, sources } = await warm([...fresh(3), 'Nobody Atall']);
    assert.equal(batch?.counts.completed, 4);
    assert.deepEqual(
      [...sources],
      [
        ['googlebooks', 3],
        ['undefined', 1],
      ],
    );
    assert.ok(google.calls.every(({ key }) => key === 'the-key'));
    const [work] = world.works;
    const { items } = await server.client.catalogue.title(String(work?.title));
    assert.deepEqual(items[0]?.['isbns'], work?.isbns);
  });

  test('a quota that is used up without a word of when (400) is left alone for a moment, and the second source goes on', async () => {
    google.quota = { left: 2, drained: '400' };
    const { batch, sources, refused } = await warm(fresh(6));
    assert.deepEqual([batch?.counts.completed, batch?.counts.failed], [6, 0]);
    assert.ok((sources.get('openlibrary') ?? 0) >= 4, JSON.stringify([...sources]));
    assert.ok(refused <= 2 * CONCURRENCY, `${refused} calls were refused`);
  });

  test('after Retry-After (429) it is not asked before, whoever wants something', async () => {
    google.quota = { left: 0, drained: '429' };
    const { batch, sources, refused } = await warm(fresh(20));
    assert.deepEqual([batch?.counts.completed, sources.get('openlibrary')], [20, 20]);
    assert.ok(refused <= CONCURRENCY, `${refused} calls were refused: more than were on their way`);
    const { sources: states } = await server.client.catalogue.stats();
    assert.ok(states.find(({ name }) => name === 'googlebooks')?.closedUntil !== null);
  });

  test('an ISBN that the search does not name is found by its edition', async () => {
    google.quota = { left: 0, drained: '403' };
    const work = world.works.findLast(({ isbns }) => isbns.length === 3);
    const hidden = String(work?.isbns.at(-1));
    const { cache, items } = await server.client.catalogue.isbn(hidden);
    assert.equal(cache.source, 'openlibrary');
    assert.equal(items[0]?.['title'], work?.title);
    assert.ok(library.calls.some(({ path }) => path === `/isbn/${hidden}.json`));
  });
});
