import { existsSync, openAsBlob } from 'node:fs';
import { join, relative } from 'node:path';
import { Command } from 'commander';
import type { Config } from '#main/config.ts';
import { readConfig } from '#main/config.ts';
import type { RunningServer } from '#main/start.ts';
import { VERSION } from '#main/version.ts';
import type { Ended } from '../screen/batch-end.ts';
import { endLine, failureLines, readEnd } from '../screen/batch-end.ts';
import { collectFiles } from '../folders/collect-files.ts';
import { comparisonLines, compareAsks } from './compare-asks.ts';
import type { Connection } from '../connection.ts';
import { connect, connectionFlags } from '../connection.ts';
import { followBatch, styleFor } from '../screen/follow-batch.ts';
import { invocation } from '../invocation.ts';
import { readableLog } from '../screen/readable-log.ts';
import { EXIT, Refusal } from '../refusal.ts';
import { runCommand } from '../run-command.ts';
import { sendFiles } from '../folders/send-files.ts';
import type { FileEnd } from '../folders/send-files.ts';
import { loadServer, untilStopped } from './serve.ts';
import { answerLines, freshnessLines } from '../screen/show-answer.ts';
import { FileList, filesLine } from '../screen/show-files.ts';
import { lookUntilStopped } from '../stop-signals.ts';
import type { Terminal } from '../screen/terminal.ts';
import { wrap } from '../screen/visible-text.ts';
import { reasonInWords } from '../screen/words-of.ts';

interface DemoOptions {
  readonly exit?: boolean;
}

/** What every step needs. */
interface Demo {
  readonly terminal: Terminal;
  readonly connection: Connection;
  readonly signal: AbortSignal;
  /** Nobody watches: no reason to go slowly. */
  readonly isQuick: boolean;
}

const EXAMPLES = join(import.meta.dirname, '..', '..', '..', 'examples');
const DATA = './data/demo';
/** Asked both ways; one of examples/questions.txt. */
const COMPARED = 'Can I bring the dog to work?';
const SAMPLES = ["By what time must I ring in when I'm ill?", 'Who won the football last night?'];
/** Slow enough to be seen. */
const PACE_MS = 20;

const HELP = `
Starts a server of its own on ${DATA}, which is kept: a second run finds everything warm. With --exit, or CI=true, it
ends after the summary; otherwise the server stays up until Ctrl-C.`;

export function demoCommand(terminal: Terminal): Command {
  return new Command('demo')
    .description('see it at work: index a handbook, warm its questions, ask cold and warm')
    .option('--exit', 'end after the summary')
    .addHelpText('after', HELP)
    .action((options: DemoOptions) => runCommand(terminal, {}, () => demo(terminal, options)));
}

async function demo(terminal: Terminal, options: DemoOptions): Promise<number> {
  if (!existsSync(join(EXAMPLES, 'handbook'))) {
    throw new Refusal('The examples are not here: the demo runs in a checkout.');
  }
  const config = demoConfig();
  const server = await startDemo(config, terminal);
  const isQuick = options.exit === true || process.env['CI'] === 'true';
  const code = await showUntilStopped(
    { terminal, connection: connect({ url: server.url }), isQuick },
    server,
  );
  if (code !== null) return code;
  terminal.out(`  ${terminal.paint.dim(`It stays up until Ctrl-C; what it knows is kept in ${DATA}`)}\n\n`);
  return untilStopped(server, config, terminal);
}

/** @returns the exit code, or null when the server is to stay */
async function showUntilStopped(demo: Omit<Demo, 'signal'>, server: RunningServer): Promise<number | null> {
  using looking = lookUntilStopped();
  try {
    const code = await showAll({ ...demo, signal: looking.signal });
    if (!demo.isQuick) return null;
    await server.stop();
    return code;
  } catch (error) {
    await server.stop();
    if (looking.signal.aborted) return looking.exitCode();
    throw error;
  }
}

function demoConfig(): Config {
  const { PREHEAT_PORT, PREHEAT_LOG_LEVEL } = process.env;
  return readConfig({ PREHEAT_DATA: DATA, PREHEAT_PORT, PREHEAT_LOG_LEVEL: PREHEAT_LOG_LEVEL ?? 'error' });
}

/** On the usual port, or on a free one when that is taken. */
async function startDemo(config: Config, terminal: Terminal): Promise<RunningServer> {
  const { startServer } = await loadServer();
  const log = readableLog(config.PREHEAT_LOG_LEVEL, terminal.notePaint, terminal.note);
  try {
    return await startServer(config, { log });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'folder_in_use') {
      const advice = ['Look at it where it said it listens, or stop it with Ctrl-C and start again.'];
      throw new Refusal(`A demo runs already: its folder ${DATA} is in use.`, advice, { cause: error });
    }
    if (code !== 'port_in_use') throw error;
    return await startServer({ ...config, PREHEAT_PORT: 0 }, { log });
  }
}

async function showAll(demo: Demo): Promise<number> {
  const { terminal, connection } = demo;
  const { out, paint } = terminal;
  const place = relative('.', DATA);
  out(`\n  ${paint.strong(`Preheat ${VERSION}`)}  ${paint.dim(`${connection.url} · data in ${place}`)}\n`);
  heading(terminal, 1, 'Documents', 'the handbook of an invented company');
  const failedFiles = await showDocuments(demo);
  heading(terminal, 2, 'Questions', 'asked beforehand, so that nobody has to wait');
  const failedQuestions = await showQuestions(demo);
  heading(terminal, 3, 'Cold and warm', `“${COMPARED}”`);
  await showComparison(demo);
  heading(terminal, 4, 'Answers', 'with their sources, or an honest “not found”');
  await showSamples(demo);
  out(goOn(connection, terminal));
  return failedFiles + failedQuestions === 0 ? EXIT.ok : EXIT.failed;
}

async function showDocuments({ terminal, connection, signal }: Demo): Promise<number> {
  const files = collectFiles([join(EXAMPLES, 'handbook')]);
  const list = new FileList(terminal);
  const ends: FileEnd[] = [];
  const onFile = (end: FileEnd): void => {
    ends.push(end);
    if (end.status !== 'skipped') list.file(end);
  };
  try {
    await sendFiles({ connection, signal, onFile, onProgress: (shown) => list.progress(shown) }, files);
  } finally {
    list.end();
  }
  signal.throwIfAborted();
  const isKnown = ends.every(({ status }) => status === 'skipped');
  const line = isKnown
    ? `All ${files.length} documents are known from last time, and unchanged.`
    : filesLine(ends, files.length);
  terminal.out(`${isKnown ? '' : '\n'}  ${terminal.paint.accent('✓')} ${line}\n`);
  return ends.filter(({ status }) => status === 'failed').length;
}

async function showQuestions(demo: Demo): Promise<number> {
  const { terminal, connection, signal, isQuick } = demo;
  const { client } = connection;
  const content = await openAsBlob(join(EXAMPLES, 'questions.txt'));
  const style = styleFor(terminal, false);
  const pace = style === 'live' && !isQuick ? { paceMs: PACE_MS } : {};
  const settings = { workload: 'answers', source: 'cli', ...pace } as const;
  const { id } = await client.batches.upload([{ name: 'questions.txt', content }], settings, { signal });
  const last = await followBatch({ batches: client.batches, terminal, style, signal }, id);
  signal.throwIfAborted();
  if (last === null) return 0;
  const ended = await readEnd(connection, last);
  terminal.out(`${style === 'plain' ? '\n' : ''}${endLines(ended, terminal)}`);
  const { items } = await client.answers.list({ found: false, limit: 1_000 }, { signal });
  terminal.out(`    ${terminal.paint.dim(unanswered(items.length))}\n`);
  return last.failed;
}

/** A second run finds its work done, and says so. */
function endLines(ended: Ended, terminal: Terminal): string {
  const { paint } = terminal;
  const { last, skips } = ended;
  const warm = skips?.get(reasonInWords('already_warm')) ?? 0;
  const repeats = skips?.get(reasonInWords('duplicate')) ?? 0;
  const isKnown = last.completed === 0 && last.failed === 0 && skips !== null;
  const line = isKnown
    ? `All ${warm} are still warm from last time; ${repeats} ask the same again.`
    : endLine(ended);
  const mark = last.failed === 0 ? paint.accent('✓') : paint.bad('✗');
  return [`  ${mark} ${line}\n`, ...failureLines(ended, terminal).map((row) => `  ${row}\n`)].join('');
}

function unanswered(count: number): string {
  return count === 0 ? 'Each has its answer.' : `${count} were not found in the documents, and say so.`;
}

async function showComparison({ terminal, connection, signal }: Demo): Promise<void> {
  const comparison = await compareAsks(connection.client, COMPARED, signal);
  const { paint, out, width } = terminal;
  out(`${comparisonLines(comparison, paint).join('\n')}\n\n`);
  out(`${answerLines(comparison.asked, width(), paint).join('\n')}\n\n`);
  const note =
    'The built-in generator quotes the documents, in milliseconds. With a language model the cold one takes seconds, ' +
    'quota and money; the warm one stays as it is.';
  const lines = wrap(note, Math.min(92, width() - 4)).map(
    (line) => `  ${paint.dim(line)}
`,
  );
  out(lines.join(''));
}

async function showSamples({ terminal, connection, signal }: Demo): Promise<void> {
  const { paint, out, width } = terminal;
  for (const question of SAMPLES) {
    const startedAt = performance.now();
    const asked = await connection.client.ask(question, { signal });
    const freshness = freshnessLines(asked, performance.now() - startedAt, { width: width(), paint });
    const lines = answerLines(asked, width(), paint);
    out(`  ${paint.strong(question)}\n${lines.join('\n')}\n${freshness.join('\n')}\n\n`);
  }
}

function heading({ out, paint }: Terminal, number: number, title: string, about: string): void {
  out(`\n${paint.accent(`  ${number}`)}  ${paint.strong(title)}  ${paint.dim(about)}\n\n`);
}

function goOn({ url, project }: Connection, { paint }: Terminal): string {
  const flags = connectionFlags({ url, project });
  const body = `'{"question":"${COMPARED}"}'`;
  const rows = [
    ['Admin page', `${url}/`],
    ['API', `${url}/docs`],
    ['Ask', `${invocation()} ask "Who founded the company?"${flags}`],
    ['curl', `curl -s ${url}/api/v1/ask -H 'content-type: application/json' -d ${body}`],
  ] as const;
  const lines = rows.map(([name, value]) => `     ${name.padEnd(10)}  ${paint.accent(value)}`);
  return `${paint.accent('  ✓')}  ${paint.strong('Ready')}  ${paint.dim(`the server listens at ${url}`)}\n\n${lines.join('\n')}\n\n`;
}
