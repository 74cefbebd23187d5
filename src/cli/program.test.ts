import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { runProgram } from './program.ts';
import type { Terminal } from './screen/terminal.ts';
import { PLAIN } from './screen/terminal.ts';

// The exit code of a command is that of its process, which here is the one of the tests.
afterEach(() => {
  process.exitCode = undefined;
});

async function run(...words: readonly string[]): Promise<{ code: unknown; out: string; err: string }> {
  const said = { out: '', err: '' };
  const terminal: Terminal = {
    out: (text) => void (said.out += text),
    note: (text) => void (said.err += text),
    isLive: false,
    width: () => 100,
    paint: PLAIN,
    notePaint: PLAIN,
  };
  await runProgram(terminal, words);
  const code = process.exitCode;
  process.exitCode = undefined;
  return { code, ...said };
}

const WRONG: readonly (readonly [words: readonly string[], message: RegExp])[] = [
  [['warm'], /missing required argument 'file'/],
  [['warm', 'nowhere.txt'], /There is no file nowhere\.txt/],
  [['warm', import.meta.dirname], /is a folder[^]*preheat ingest /],
  [['warm', 'x', '--priority', '11'], /from -10 to 10/],
  [['warm', 'x', '--pace', '-1'], /whole number/],
  [['warm', 'x', '--metadata', 'team'], /team=support/],
  [['warm', 'x', '--on-invalid', 'perhaps'], /reject, skip/],
  [['warm', 'x', '--url', 'nowhere'], /"nowhere" is not an address/],
  [['ask', '  '], /question is empty/],
  [['ask', 'x', '--only', '--refresh'], /cannot be used with/],
  [['watch', '../x'], /not the id of a batch/],
  [['documents', 'search', 'x', '--limit', '0'], /from 1 to 100/],
  [['ingest'], /missing required argument 'files'/],
  [['ingest', 'nowhere', 'neither'], /no such file or folder: nowhere, neither/],
  [['frobnicate'], /unknown command 'frobnicate'/],
];

for (const [words, message] of WRONG) {
  test(`"preheat ${words.join(' ').replace(import.meta.dirname, 'src')}" is refused with what is right`, async () => {
    const { code, err, out } = await run(...words);
    assert.deepEqual([code, out], [2, '']);
    assert.match(err, message);
    assert.doesNotMatch(err, /\n +at /);
  });
}

test('every command has its help, and says more than its options', async () => {
  const { code, out } = await run('--help');
  assert.equal(code, 0);
  for (const command of ['serve', 'demo', 'ingest', 'warm', 'watch', 'ask', 'doctor']) {
    assert.match(out, new RegExp(`^ {2}${command} `, 'm'));
    const help = await run(command, '--help');
    assert.equal(help.code, 0);
    assert.match(help.out, new RegExp(`^Usage: preheat ${command}`));
    assert.match(help.out, /\n(Examples:|Settings|Starts|Looks)/);
  }
});
