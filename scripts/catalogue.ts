import { parseArgs } from 'node:util';
import { startOpenLibrary } from '../tests/support/catalogue/open-library-server.ts';
import { FULL_SIZE, goodreadsCsv, makeWorld, reachable } from '../tests/support/catalogue/world.ts';
import { startServerProcess, temporaryFolder } from '../tests/support/server.ts';

/**
 * `node scripts/catalogue.ts [--seed 7] [--per-second 3]`: a list of 500 books at depth 2 in real time, against a source
 * on this machine that is as strict as Open Library. At 3 calls a second it takes some minutes.
 */
const { values } = parseArgs({
  options: { seed: { type: 'string', default: '7' }, 'per-second': { type: 'string', default: '3' } },
});
const [seed, perSecond] = [Number(values.seed), Number(values['per-second'])];
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const world = makeWorld(seed, FULL_SIZE);
const faults = { busy: 0.01, broken: 0.01, cut: 0.01, slow: 0.05 };
const source = await startOpenLibrary(world, { perSecond, faults, retryAfterSeconds: 5, seed });
const folder = temporaryFolder();
const server = await startServerProcess(folder.path, {
  PREHEAT_OPENLIBRARY_URL: source.url,
  PREHEAT_OPENLIBRARY_PER_SECOND: String(perSecond),
  PREHEAT_CATALOGUE_CONTACT: 'ops@example.org',
  PREHEAT_LOG_LEVEL: 'warn',
});
try {
  const list = [{ name: 'goodreads.csv', content: goodreadsCsv(world, 500, seed) }];
  await warm('first run');
  const before = source.calls.length;
  await warm('second run');
  say(`second run: ${source.calls.length - before} calls`);
  const reach = reachable(world, 2).size;
  const answered = source.answered().map((call) => call.query);
  say(
    `${answered.length} answered calls for ${reach} authors in reach, ${new Set(answered).size} of them different`,
  );
  say(`${source.calls.length} calls in all; most beyond the rate in any second: ${source.worstExcess()}`);

  async function warm(what: string): Promise<void> {
    const from = performance.now();
    const { id, total } = await server.client.batches.upload(list, {
      workload: 'catalogue',
      options: { maxDepth: 2 },
    });
    const batch = await server.client.batches.wait(id);
    const seconds = ((performance.now() - from) / 1_000).toFixed(1);
    say(
      `${what}: ${total} authors, ${batch?.discovered} discovered, ${seconds} s, ${JSON.stringify(batch?.counts)}`,
    );
  }
} finally {
  await server.stop();
  await source.close();
  folder.remove();
}
