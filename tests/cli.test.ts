import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { zipSync } from 'fflate';
import type { Ran } from './support/program.ts';
import { runProgram } from './support/program.ts';
import type { ServerProcess } from './support/server.ts';
import { startServerProcess, temporaryFolder } from './support/server.ts';

const folder = temporaryFolder();
const files = temporaryFolder();
let server: ServerProcess;

before(async () => {
  server = await startServerProcess(folder.path);
  write('docs/dogs.md', '# Dogs\n\nDogs are welcome on Fridays.\n');
  write('docs/pay/day.md', '# Pay\n\nSalaries are paid on the 26th of each month.\n');
  write('docs/empty.md', '');
  write('good.txt', '# Comment\nAre dogs welcome?\n\nWhen are salaries paid?\nAre dogs welcome?\n');
  write('bad.txt', `Are dogs welcome?\n${'x'.repeat(3_000)}\nWhen?\n`);
});

after(async () => {
  await server.stop();
  folder.remove();
  files.remove();
});

function write(name: string, content: string): void {
  mkdirSync(join(files.path, name, '..'), { recursive: true });
  writeFileSync(join(files.path, name), content);
}

function preheat(words: readonly string[], input?: string): Promise<Ran> {
  const environment = { PREHEAT_URL: server.url };
  return runProgram(words, { environment, folder: files.path, ...(input === undefined ? {} : { input }) });
}

function linesOf(out: string): Record<string, unknown>[] {
  return out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

test('a folder is ingested: each file with its end, the bad one with its reason, the others unharmed', async () => {
  const { code, out } = await preheat(['ingest', 'docs']);
  assert.equal(code, 1);
  assert.match(out, /✓ .*day\.md +1 passage/);
  assert.match(out, /✗ empty\.md\n {4}\S+/);
  assert.match(out, /✗ Indexed 2 of 3; 1 failed/);
});

test('documents are listed, searched, tagged, read again and deleted by their ids', async () => {
  const listed = await preheat(['documents', 'list', '--text', 'dogs', '--json']);
  const id = String(linesOf(listed.out)[0]?.['id']);
  const tagged = await preheat(['documents', 'tag', id, 'pets', 'office']);
  assert.match(tagged.out, /dogs\.md.*#office #pets/);
  const found = await preheat(['documents', 'search', 'who', 'is', 'welcome', '--tag', 'pets,nobody']);
  assert.match(found.out, /^dogs\.md › Dogs {2}doc_\w+, \d\.\d\d\n {2}Dogs are welcome on Fridays\.\n$/m);
  assert.doesNotMatch(found.out, /Salaries/);
  const elsewhere = await preheat(['documents', 'search', 'dogs', '--tag', 'nobody']);
  assert.deepEqual([elsewhere.code, elsewhere.out], [0, 'Nothing is found.\n']);
  const again = await preheat(['documents', 'retry', id]);
  assert.equal(again.code, 0);
  assert.match(again.out, /Indexed 1 of 1/);
  const failed = await preheat(['documents', 'retry', '--failed']);
  assert.match(failed.out, /1 file to be read again/);
  const neither = await preheat(['documents', 'retry']);
  assert.equal(neither.code, 2);
  const gone = await preheat(['documents', 'delete', id]);
  assert.match(gone.out, /1 document deleted/);
  await preheat(['ingest', 'docs/dogs.md']);
});

test('a second time the same files are unchanged', async () => {
  const { code, out } = await preheat(['ingest', 'docs/dogs.md', '--json']);
  assert.equal(code, 0);
  assert.deepEqual(linesOf(out), [
    { event: 'file', name: 'dogs.md', status: 'skipped', detail: 'unchanged' },
    { event: 'summary', total: 1, failed: 0 },
  ]);
});

test('the files of an archive are told one by one, under the tags they came with', async () => {
  const archive = zipSync({
    'teas.md': Buffer.from('# Teas\n\nGreen and black.'),
    'none.txt': Buffer.from(' '),
  });
  writeFileSync(join(files.path, 'pantry.zip'), archive);
  const { code, out } = await preheat(['ingest', 'pantry.zip', '--tags', 'kitchen,tea']);
  assert.equal(code, 1);
  assert.match(out, /pantry\.zip .*an archive of 2 files/);
  assert.match(out, /✓ pantry\.zip\/teas\.md/);
  assert.match(out, /✗ pantry\.zip\/none\.txt\n {4}The file has no text/);
  const { items } = await server.client.documents.list({ tag: 'tea' });
  assert.deepEqual(
    items.map(({ name, tags }) => [name, tags]),
    [['pantry.zip/teas.md', ['kitchen', 'tea']]],
  );
});

test('a file of questions is warmed, then is warm', async () => {
  const first = await preheat([
    'warm',
    'good.txt',
    '--name',
    'First',
    '--metadata',
    'team=a',
    '--priority',
    'high',
  ]);
  assert.equal(first.code, 0, first.err);
  assert.match(first.out, /Warming 3 questions {2}bat_/);
  assert.match(first.out, /✓ Warmed 2 of 3; 1 repeated/);
  assert.ok(!first.out.includes('\u001b'), 'nothing but text in a pipe');
  const second = await preheat(['warm', 'good.txt']);
  assert.match(second.out, /✓ Nothing new to be warmed: 2 already warm, 1 repeated/);
  const { items } = await server.client.batches.list({ metadata: ['team:a'] });
  assert.deepEqual(
    items.map(({ name, priority, source }) => [name, priority, source.kind, source.detail]),
    [['First', 5, 'cli', 'good.txt']],
  );
});

test('questions come through a pipe, and events as JSON, one a line', async () => {
  const { code, out } = await preheat(['warm', '-', '--refresh', '--json'], 'Are dogs welcome?\n');
  assert.equal(code, 0);
  const events = linesOf(out);
  assert.equal(events[0]?.['event'], 'submitted');
  assert.equal(events.at(-2)?.['event'], 'complete');
  const { event, total, completed, failures } = events.at(-1) ?? {};
  assert.deepEqual(
    { event, total, completed, failures },
    { event: 'summary', total: 1, completed: 1, failures: [] },
  );
});

test('a bad line refuses the file with its number, and can be left out', async () => {
  const refused = await preheat(['warm', 'bad.txt']);
  assert.equal(refused.code, 2);
  assert.match(refused.err, /Nothing was queued[^]*line 2 {2}[^]*--on-invalid skip/);
  const skipped = await preheat(['warm', 'bad.txt', '--on-invalid', 'skip']);
  assert.equal(skipped.code, 0);
  assert.match(skipped.out, /Left out, since they cannot be used: 1[^]*line 2/);
});

test('Ctrl-C leaves the batch to the server and says how to go on', async () => {
  const words = ['warm', 'good.txt', '--refresh', '--pace', '60000'];
  const { code, out, err } = await runProgram(words, {
    environment: { PREHEAT_URL: server.url },
    folder: files.path,
    onStart: (child) =>
      child.stdout?.on('data', (data) => String(data).includes('%') && child.kill('SIGINT')),
  });
  assert.equal(code, 130);
  const batchId = /bat_\w+/.exec(out)?.[0] ?? '';
  assert.match(err, new RegExp(`preheat watch ${batchId}`));
  assert.match(err, new RegExp(`curl -X POST ${server.url}/api/v1/batches/${batchId}/cancel`));
  assert.equal((await server.client.batches.get(batchId)).status, 'processing');
  await server.client.batches.cancel(batchId);
  const watched = await preheat(['watch', batchId]);
  assert.equal(watched.code, 1);
  assert.match(watched.out, /✗ Cancelled while warming: warmed \d of 3/);
});

test('a detached batch is left at once', async () => {
  const { code, out } = await preheat(['warm', 'good.txt', '--detach']);
  assert.equal(code, 0);
  const batchId = /bat_\w+/.exec(out)?.[0] ?? '';
  const { code: watched, out: end } = await preheat(['watch', batchId, '--json']);
  assert.equal(watched, 0);
  assert.equal(linesOf(end).at(-1)?.['event'], 'summary');
});

test('an answer comes with its sources, and from the cache the second time', async () => {
  const question = 'on which day of the month are salaries paid';
  const only = await preheat(['ask', question, '--only']);
  assert.deepEqual([only.code, only.out], [1, '']);
  const first = await preheat(['ask', ...question.split(' ')]);
  assert.equal(first.code, 0);
  assert.match(first.out, /26th of each month\. \[1\][^]*\[1\] \S*day\.md › Pay[^]*made just now/);
  const second = await preheat(['ask', question, '--only', '--json']);
  assert.match(second.out, /"cache":{"status":"hit"/);
});

test('what is refused is exit code 2, in words', async () => {
  const wrong: readonly (readonly [readonly string[], RegExp])[] = [
    [['warm', '-'], /Nothing came on standard input/],
    [['watch', 'bat_zzzz'], /There is no batch bat_zzzz/],
    [['ask', 'x', '--project', 'nobody'], /no project/],
    [['frobnicate'], /unknown command 'frobnicate'/],
  ];
  for (const [words, message] of wrong) {
    const { code, err, out } = await preheat(words);
    assert.deepEqual([code, out], [2, ''], words.join(' '));
    assert.match(err, message);
    assert.doesNotMatch(err, /\n +at /);
  }
});

test('without a server every command says so, and how to start one', async () => {
  const { code, err } = await preheat(['ask', 'x', '--url', 'http://127.0.0.1:1']);
  assert.equal(code, 2);
  assert.match(err, /No answer from http:\/\/127\.0\.0\.1:1[^]*preheat( --)? serve/);
});

test('the doctor finds a running server well, and a second server is refused', async () => {
  const environment = { PREHEAT_DATA: folder.path, PREHEAT_URL: server.url };
  const { code, out } = await runProgram(['doctor'], { environment, folder: files.path });
  assert.equal(code, 0, out);
  assert.match(out, /ok {4}Store .*intact[^]*ok {4}Server .*ready/);
  await server.client.projects.create('choosy');
  const generator = { model: 'openai:small', baseUrl: 'http://127.0.0.1:9/v1' };
  await server.client.projects.change('choosy', { generator });
  const chosen = await runProgram(['doctor'], { environment, folder: files.path });
  assert.equal(chosen.code, 1);
  assert.match(chosen.out, /fail {2}Generator of choosy [^]*preheat projects set choosy generator\.model/);
  const second = await runProgram(['serve'], { environment: { ...environment, PREHEAT_PORT: '0' } });
  assert.equal(second.code, 2);
  assert.match(second.err, /Another Preheat server uses the data folder/);
});

test('settings that cannot be used are all named at once', async () => {
  const environment = { PREHEAT_PORT: 'x', PREHEAT_HSOT: '0.0.0.0' };
  const served = await runProgram(['serve'], { environment });
  assert.equal(served.code, 2);
  assert.match(served.err, /PREHEAT_HSOT is not a setting[^]*PREHEAT_PORT must be/);
  const { code, out } = await runProgram(['doctor'], { environment, folder: files.path });
  assert.equal(code, 1);
  assert.match(out, /fail {2}Settings[^]*2 things to put right/);
});

test('a server that is asked to stop drains, says so, and ends well', async () => {
  const own = temporaryFolder();
  const short = await startServerProcess(own.path);
  assert.equal(await short.stop('SIGTERM'), 0);
  assert.match(
    short.output.join('\n'),
    /Stopping: running items may finish[^]*Stopped\. Everything accepted is kept/,
  );
  own.remove();
});
