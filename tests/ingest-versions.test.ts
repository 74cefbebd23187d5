import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startServerProcess, temporaryFolder } from './support/server.ts';

const VERSIONS = 5;
const SECTIONS = 150;

test('while a document is read again and again, no search and no answer ever mixes two versions of it', async () => {
  const folder = temporaryFolder();
  const server = await startServerProcess(folder.path, { PREHEAT_LOG_LEVEL: 'warn' });
  const { batches, documents, asks } = server.client;
  try {
    const put = async (version: number): Promise<void> => {
      const { id } = await documents.upload([{ name: 'handbook.md', content: handbook(version) }]);
      await batches.wait(id);
    };
    await put(1);
    const seen = new Set<string>();
    let isOver = false;
    const look = async (asking: () => Promise<readonly string[]>): Promise<void> => {
      while (!isOver) {
        const versions = new Set((await asking()).flatMap((text) => text.match(/version\d/g) ?? []));
        assert.equal(versions.size, 1, [...versions].join());
        for (const version of versions) seen.add(version);
      }
    };
    const looking = Promise.all([
      look(async () =>
        (await documents.search({ q: 'badgers in the office', limit: 20 })).items.map(({ text }) => text),
      ),
      look(async () =>
        (await documents.search({ q: 'section handbook', limit: 50 })).items.map(({ text }) => text),
      ),
      look(async () => {
        const question = 'Which version of the handbook tells of badgers?';
        const asked = await asks.ask({ question, cache: 'refresh' });
        return [asked.answer, ...asked.citations.map(({ quote }) => quote)];
      }),
    ]);
    for (let version = 2; version <= VERSIONS; version += 1) await put(version);
    isOver = true;
    await looking;
    assert.ok(seen.has(`version${VERSIONS}`) || seen.size > 1, [...seen].join());
  } finally {
    await server.stop('SIGKILL');
    folder.remove();
  }
});

function handbook(version: number): string {
  return Array.from(
    { length: SECTIONS },
    (_, i) =>
      `# Section ${i}\n\nSection ${i} of the handbook, version${version}, tells of badgers in the office.`,
  ).join('\n\n');
}
