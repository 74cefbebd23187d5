import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, globSync, openAsBlob, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { runInNewContext } from 'node:vm';
import { buildProgram } from '../src/cli/program.ts';
import { PLAIN } from '../src/cli/screen/terminal.ts';
import { readCurl } from './support/curl.ts';
import { anchorsOf, blocksOf, codeSpansOf, linksOf } from './support/markdown.ts';
import type { Block } from './support/markdown.ts';
import { startServerProcess, temporaryFolder } from './support/server.ts';
import type { ServerProcess } from './support/server.ts';
import { differences, missingLines } from './support/shown.ts';

const ROOT = resolve(import.meta.dirname, '..');
const SHOWN_URL = 'http://127.0.0.1:7400';
const DOCUMENTS = globSync(['*.md', '{docs,bench,examples,web,sdk}/**/*.md'], {
  cwd: ROOT,
  exclude: ['**/node_modules/**', '**/dist/**', 'examples/handbook/**'],
});
const SCRIPTS = (JSON.parse(read('package.json')) as { scripts: Record<string, string> }).scripts;

/** Read by people who type what they read. */
const RUN = ['README.md', 'docs/api.md'];
const PROGRAM = buildProgram({
  out: () => undefined,
  note: () => undefined,
  isLive: false,
  width: () => 100,
  paint: PLAIN,
  notePaint: PLAIN,
});

process.chdir(ROOT);

test('the documents are found', () => {
  for (const name of ['README.md', 'ARCHITECTURE.md', 'docs/api.md', 'docs/operations.md']) {
    assert.ok(DOCUMENTS.includes(name), `${name} is not among ${DOCUMENTS.join(', ')}`);
  }
  assert.ok(DOCUMENTS.some((name) => name.startsWith('docs/decisions/')));
});

for (const file of DOCUMENTS) {
  test(`links of ${file} lead somewhere`, () => {
    const broken = linksOf(read(file)).flatMap(({ line, target }) =>
      isFound(file, target) ? [] : [`${file}:${line}: ${target}`],
    );
    assert.deepEqual(broken, []);
  });

  test(`commands of ${file} are there`, () => {
    assert.deepEqual(commandsOf(file).flatMap(problemOf), []);
  });
}

test('the documents show commands at all', () => {
  const commands = DOCUMENTS.flatMap(commandsOf);
  assert.ok(commands.length >= 10, `only ${commands.length}`);
  assert.ok(commands.some((command) => command.startsWith('npm run -s preheat -- warm')));
});

for (const file of ['ARCHITECTURE.md', 'CONTRIBUTING.md']) {
  test(`files that ${file} names exist`, () => {
    const paths = codeSpansOf(read(file)).filter((span) =>
      /^(?:src|sdk|web|tests|bench|docs|scripts)\/[\w./-]+$/.test(span),
    );
    assert.ok(paths.length > 10, `only ${paths.length} paths found in ${file}`);
    assert.deepEqual(
      paths.filter((path) => !existsSync(join(ROOT, path))),
      [],
    );
  });
}

test('the arrows in ARCHITECTURE.md are those of the architecture test', () => {
  const source = /const MAY_IMPORT[^=]*= (\{[\s\S]*?\n\});/.exec(read('tests/architecture.test.ts'))?.[1];
  const table = JSON.parse(JSON.stringify(runInNewContext(`(${source})`))) as object;
  const rows = [...read('ARCHITECTURE.md').matchAll(/^\| `([\w/]+)` \|.*\|([^|]*)\|$/gm)];
  const shown = rows.map(([, folder, arrows]) => [
    folder,
    [...(arrows ?? '').matchAll(/`([\w/]+)`/g)].map(([, to]) => to),
  ]);
  assert.deepEqual(Object.fromEntries(shown), table);
});

for (const file of RUN) {
  test(`every curl of ${file} is run`, () => {
    const blocks = blocksOf(file, read(file)).filter(
      (block) => block.language === 'sh' && /^curl /m.test(block.text),
    );
    assert.ok(blocks.length >= 4);
    for (const { line, mark } of blocks)
      assert.match(mark ?? '', /^run \d{3}$/, `${file}:${line} is not marked`);
  });
}

describe('README.md, read to its end', () => {
  const folder = temporaryFolder();
  let server: ServerProcess;

  before(async () => {
    server = await startServerProcess(folder.path);
    // What `npm run demo` has done when it says that it is ready.
    const handbook = globSync('examples/handbook/*').toSorted();
    await finished(server, server.client.documents.upload(await Promise.all(handbook.map(fileOf))));
    await finished(server, server.client.batches.upload([await fileOf('examples/questions.txt')]));
  });
  after(async () => {
    await server.stop('SIGKILL');
    folder.remove();
  });

  test('its curls give what it shows', async () => runBlocks('README.md', server));

  test('its changed document changes the answer, and most others stay', async () => {
    const shown = blocksOf('README.md', read('README.md')).find(({ text }) => text.startsWith('sed '));
    const [, from = '', to = '', path = ''] = /'s\/(.+)\/(.+)\/'[\s\\]+(\S+)/.exec(shown?.text ?? '') ?? [];
    const content = read(path).replace(from, to);
    assert.notEqual(content, read(path), `"${from}" is not in ${path}`);
    await finished(server, server.client.batches.upload([await fileOf('examples/questions.txt')]));
    await finished(server, server.client.documents.upload([{ name: basename(path), content }]));
    const { id } = await server.client.batches.upload([await fileOf('examples/questions.txt')]);
    const warmed = await server.client.batches.wait(id);
    assert.ok(
      warmed !== null && warmed.counts.completed > 0 && warmed.counts.completed < 50,
      JSON.stringify(warmed?.counts),
    );
    const { answer, cache } = await server.client.ask('Can I bring the dog to work?');
    assert.ok(answer.includes(to), answer);
    assert.equal(cache.status, 'hit');
  });

  test('its TypeScript runs as it stands', async () => {
    const [snippet] = blocksOf('README.md', read('README.md')).filter(({ language }) => language === 'ts');
    assert.equal(snippet?.mark, 'run');
    const source = snippet.text
      .replace("'@preheat/sdk'", JSON.stringify(join(ROOT, 'sdk', 'index.ts')))
      .replace(SHOWN_URL, server.url);
    const path = join(folder.path, 'snippet.mts');
    await writeFile(path, source);
    const { stdout } = await promisify(execFile)(process.execPath, [path]);
    assert.match(stdout, /complete 2 of 2/);
    assert.match(stdout, /buildings-and-facilities\.html hit/);
  });
});

describe('docs/api.md, read from top to bottom on an empty folder', () => {
  const folder = temporaryFolder();
  let server: ServerProcess;

  before(async () => {
    server = await startServerProcess(folder.path);
  });
  after(async () => {
    await server.stop('SIGKILL');
    folder.remove();
  });

  test('its curls give what it shows', async () => runBlocks('docs/api.md', server));

  test('the paths it names are in the OpenAPI document', async () => {
    const response = await fetch(`${server.url}/api/v1/openapi.json`);
    const known = Object.keys(((await response.json()) as { paths: object }).paths).map((path) =>
      path.replace('/api/v1', '').replaceAll(/\{\w+\}/g, '{id}'),
    );
    const named = codeSpansOf(read('docs/api.md')).flatMap(
      (span) => /^(?:GET|POST|PATCH|DELETE) (\/[\w/{}-]+)/.exec(span)?.[1] ?? [],
    );
    assert.ok(named.length >= 8, `only ${named.join(', ')}`);
    assert.deepEqual(
      named.filter((path) => !known.includes(path)),
      [],
    );
  });
});

/** Runs the marked blocks in order, each against what the block below it shows. */
async function runBlocks(file: string, server: ServerProcess): Promise<void> {
  const blocks = blocksOf(file, read(file));
  const problems: string[] = [];
  for (const [index, block] of blocks.entries()) {
    const status = /^run (\d{3})$/.exec(block.mark ?? '')?.[1];
    if (status === undefined) continue;
    const { url, init } = await readCurl(block.text.replaceAll(SHOWN_URL, server.url));
    const response = await fetch(url, init);
    const text = await response.text();
    const found = [
      ...(String(response.status) === status ? [] : [`gave ${response.status}: ${text.slice(0, 300)}`]),
      ...compare(blocks[index + 1], text),
    ];
    problems.push(...found.map((problem) => `${file}:${block.line}: ${problem}`));
  }
  assert.deepEqual(problems, []);
}

function compare(shown: Block | undefined, text: string): string[] {
  if (shown?.language === 'json') return differences(JSON.parse(shown.text), JSON.parse(text));
  if (shown?.language !== 'text') return [];
  return missingLines(shown.text, text).map((line) => `no line "${line}" in ${text}`);
}

async function finished(server: ServerProcess, submitting: Promise<{ id: string }>): Promise<void> {
  const { id } = await submitting;
  const batch = await server.client.batches.wait(id);
  assert.equal(batch?.counts.failed, 0);
}

async function fileOf(path: string): Promise<{ name: string; content: Blob }> {
  return { name: basename(path), content: await openAsBlob(path) };
}

function isFound(file: string, target: string): boolean {
  if (/^(?:https?:|mailto:)/.test(target)) return true;
  const [path = '', anchor] = target.split('#');
  const to = path === '' ? file : join(dirname(file), path);
  if (!existsSync(join(ROOT, to))) return false;
  return anchor === undefined || (to.endsWith('.md') && anchorsOf(read(to)).has(anchor));
}

/** Lines of shell blocks, and code in the text, that begin with npm. */
function commandsOf(file: string): string[] {
  const markdown = read(file);
  const lines = blocksOf(file, markdown).flatMap(({ language, text }) =>
    language === 'sh' ? text.split('\n') : [],
  );
  return [...lines, ...codeSpansOf(markdown)].filter((line) => /^(?:\w+=\S* )*(?:npm |node )/.test(line));
}

function problemOf(command: string): string[] {
  const [program, ...words] = command
    .replace(/\s+#.*$/, '')
    .split(/\s+/)
    .filter((word) => !/^[A-Z_]+=/.test(word));
  const [first = ''] = words;
  if (program === 'node') {
    return first.startsWith('-') || existsSync(join(ROOT, first)) ? [] : [`${command}: no such file`];
  }
  if (!['run', 'test', 'start'].includes(first)) return [];
  const script = first === 'run' ? (words.slice(1).find((word) => !word.startsWith('-')) ?? '') : first;
  if (!(script in SCRIPTS)) return [`${command}: package.json has no script ${script}`];
  return script === 'preheat' ? problemOfProgram(command, words.slice(words.indexOf('--') + 1)) : [];
}

/** A command of the program, with options it knows. */
function problemOfProgram(command: string, [verb, ...words]: readonly string[]): string[] {
  if (verb === undefined || verb.startsWith('-')) return [];
  const found = PROGRAM.commands.find((candidate) => candidate.name() === verb);
  if (found === undefined) return [`${command}: there is no command ${verb}`];
  return words
    .filter((word) => word.startsWith('--'))
    .filter((word) => !found.options.some((option) => option.long === word))
    .map((word) => `${command}: ${verb} has no option ${word}`);
}

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}
