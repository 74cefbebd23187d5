import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { startServerProcess, temporaryFolder } from '../tests/support/server.ts';

/**
 * `node scripts/catalogue-large.ts [--mib 200] [--authors 20000]`: a list of books of so many MiB, most of it reviews that are
 * nobody's business, is previewed and queued. Prints how long that takes, and the most memory that the server ever had.
 */
const { values } = parseArgs({
  options: { mib: { type: 'string', default: '200' }, authors: { type: 'string', default: '20000' } },
});
const [mib, authors] = [Number(values.mib), Number(values.authors)];
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const COLUMNS = [
  'Book Id',
  'Title',
  'Author',
  'ISBN13',
  'My Rating',
  'My Review',
  'Private Notes',
  'Read Count',
];
const REVIEW = 'A review that nobody must keep, with "quotes", commas and so on. '
  .repeat(28)
  .replaceAll('"', '""');

function listOf(bytes: number): Blob {
  const parts = [`${COLUMNS.join(',')}\n`];
  let size = 0;
  for (let i = 0; size < bytes; i += 1) {
    const at = i % authors;
    const name = `Author${letters(at)} Name${letters(at * 7 + 3)}`;
    const row = `${i},"Book ${i}",${name},,${i % 6},"${REVIEW}","private",1\n`;
    size += row.length;
    parts.push(row);
  }
  return new Blob(parts);
}

function letters(index: number): string {
  let text = '';
  for (let rest = index + 26; rest > 0; rest = Math.floor(rest / 26))
    text += String.fromCharCode(97 + (rest % 26));
  return text;
}

const folder = temporaryFolder();
const server = await startServerProcess(folder.path, {
  PREHEAT_CATALOGUE_CONTACT: 'ops@example.org',
  PREHEAT_LOG_LEVEL: 'warn',
});
try {
  const content = listOf(mib * 2 ** 20);
  const list = { name: 'library.csv', content };
  await timed('preview', async () => {
    const { books, authors: found } = await server.client.catalogue.preview(list);
    return `${books} books by ${found} authors`;
  });
  await timed('queued', async () => {
    const { id, total } = await server.client.catalogue.warm(list, { paceMs: 3_600_000 });
    await server.client.batches.cancel(id);
    return `${total} authors`;
  });
  const peak = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${server.process.pid}/status`, 'utf8'))?.[1];
  say(`most memory of the server: ${Math.round(Number(peak) / 1_024)} MiB`);
} finally {
  await server.stop('SIGKILL');
  folder.remove();
}

async function timed(name: string, run: () => Promise<string>): Promise<void> {
  const from = performance.now();
  const what = await run();
  say(`${name}: ${what}, ${((performance.now() - from) / 1_000).toFixed(1)} s`);
}
