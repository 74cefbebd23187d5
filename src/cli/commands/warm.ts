import { openAsBlob, statSync } from 'node:fs';
import { basename } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { UploadSettings } from '#sdk/batches.ts';
import type { Submitted } from '#sdk/wire/batches.ts';
import type { WarmedCatalogue } from '#sdk/wire/catalogue.ts';
import type { Connection, ConnectionOptions } from '../connection.ts';
import { connect, withConnection } from '../connection.ts';
import { filterOf, withFilter } from './filter-options.ts';
import type { FilterOptions } from './filter-options.ts';
import { problemLines } from '../screen/explain-error.ts';
import { EXIT, Refusal } from '../refusal.ts';
import { runCommand } from '../run-command.ts';
import { counted, showNumber } from '../screen/show-count.ts';
import { showDuration } from '../screen/show-time.ts';
import type { Source } from './spool-input.ts';
import { spoolInput } from './spool-input.ts';
import type { Terminal } from '../screen/terminal.ts';
import { howToGoOn, watchToEnd } from '../screen/watch-to-end.ts';
import { capital, wordsOf } from '../screen/words-of.ts';

interface WarmOptions extends ConnectionOptions, FilterOptions {
  readonly name?: string;
  readonly refresh?: boolean;
  readonly priority?: number | 'normal' | 'high';
  readonly pace?: number;
  readonly concurrency?: number;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly onInvalid?: 'reject' | 'skip';
  readonly format: 'text' | 'csv' | 'jsonl';
  readonly workload: 'answers' | 'catalogue';
  readonly depth?: number;
  readonly preset?: 'gentle' | 'normal' | 'eager';
  readonly budget?: number;
  readonly mapping?: Readonly<Record<string, string | number>>;
  readonly json?: boolean;
  readonly detach?: boolean;
}

const EXAMPLES = `
Examples:
  $ preheat warm questions.txt
  $ preheat warm faq.csv --name "FAQ, autumn" --priority high --metadata team=support
  $ sort -u asked.log | preheat warm - --on-invalid skip
  $ preheat warm questions.txt --json | jq .processed
  $ preheat warm leave.txt --tag hr
  $ preheat warm library.csv --workload catalogue --depth 2

Text has one question a line; blank lines and lines that begin with # are skipped. CSV and JSONL are known by
their ending. A list of books (the export of a reading site, or any table with an author) is for the workload
catalogue: its authors' works are cached, and co-authors followed to the depth. Exit code: 0 all warm, 1 some failed, 2 refused, 130 stopped looking.`;

export function warmCommand(terminal: Terminal): Command {
  const command = new Command('warm')
    .description('work through a whole file beforehand, so that what will be asked is in the cache')
    .argument('<file>', 'file of questions, or list of books; - for standard input')
    .addOption(
      new Option('--workload <workload>', 'what the file holds: questions, or books')
        .choices(['answers', 'catalogue'])
        .default('answers'),
    )
    .option('--depth <levels>', 'of books: how many levels of co-authors, 0 to 3', readWhole)
    .addOption(new Option('--preset <preset>', 'of books: how hard').choices(['gentle', 'normal', 'eager']))
    .option('--budget <calls>', 'of books: calls to sources that may be spent', readWhole)
    .option('--mapping <role=column>', 'of books: which column is what, such as author=Writer', readColumn)
    .option('--name <name>', 'what to call the batch')
    .option('--refresh', 'make every answer again, also the fresh ones')
    .option('--priority <number>', '-10 to 10, or normal, or high', readPriority)
    .option('--pace <ms>', 'least time between two starts, in milliseconds', readWhole)
    .option('--concurrency <number>', 'questions at once', readWhole)
    .option('--metadata <key=value>', 'your own words about the batch; may be repeated', readPair)
    .addOption(
      new Option('--on-invalid <what>', 'what to do about lines that cannot be used').choices([
        'reject',
        'skip',
      ]),
    )
    .addOption(
      new Option('--format <format>', 'of standard input').choices(['text', 'csv', 'jsonl']).default('text'),
    )
    .option('--json', 'one JSON object for each event, and a summary at the end')
    .option('--detach', 'do not wait for the end')
    .addHelpText('after', EXAMPLES);
  return withConnection(withFilter(command)).action((file: string, options: WarmOptions) =>
    runCommand(terminal, options, () => warm(terminal, file, options)),
  );
}

async function warm(terminal: Terminal, path: string, options: WarmOptions): Promise<number> {
  const isJson = options.json === true;
  const connection = connect(options);
  await using source = path === '-' ? await spoolInput(options.format) : await sourceOf(path);
  const { client } = connection;
  const submitted =
    options.workload === 'catalogue'
      ? await client.catalogue.warm(source.file, settingsOf(options))
      : await client.batches.upload([source.file], { ...settingsOf(options), workload: 'answers' });
  announce(terminal, submitted, isJson);
  if (options.detach === true) return leave(terminal, connection, submitted.id, isJson);
  return await watchToEnd({ terminal, connection, isJson }, submitted.id);
}

/** @throws Refusal when there is no such file */
async function sourceOf(path: string): Promise<Source> {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) throw new Refusal(`There is no file ${path}.`);
  if (stats.isDirectory()) {
    throw new Refusal(`${path} is a folder, not a file of questions.`, [
      `To index documents:  preheat ingest ${path}`,
    ]);
  }
  const file = { name: basename(path), content: await openAsBlob(path) };
  return { file, [Symbol.asyncDispose]: () => Promise.resolve() };
}

function settingsOf({
  name,
  priority,
  pace,
  concurrency,
  metadata,
  ...options
}: WarmOptions): Omit<UploadSettings, 'workload'> {
  const { refresh, onInvalid, depth, preset, budget, mapping } = options;
  const filter = filterOf(options);
  return {
    source: 'cli',
    name,
    priority,
    paceMs: pace,
    concurrency,
    metadata,
    options: {
      ...(refresh === true ? { refresh } : {}),
      ...(filter === undefined ? {} : { filter }),
      ...(onInvalid === undefined ? {} : { onInvalid }),
      ...(depth === undefined ? {} : { maxDepth: depth }),
      ...(preset === undefined ? {} : { preset }),
      ...(budget === undefined ? {} : { budget }),
      ...(mapping === undefined ? {} : { mapping }),
    },
  };
}

/** What earlier runs say it will come to; nothing while there were none. */
function expectation({ estimatedWorks: works, estimatedDuration: seconds }: WarmedCatalogue): string {
  if (works === null || seconds === null) return '';
  return `  Likely ${counted(works, 'work')}, in about ${showDuration(1_000 * seconds)}\n\n`;
}

function announce(terminal: Terminal, submitted: Submitted | WarmedCatalogue, isJson: boolean): void {
  if (isJson) {
    terminal.out(`${JSON.stringify({ event: 'submitted', ...submitted })}\n`);
    return;
  }
  const { paint } = terminal;
  const { total, invalid, problems, id } = submitted;
  const { doing, thing } = wordsOf(submitted.workload);
  terminal.out(`\n${paint.strong(`${capital(doing)} ${counted(total, thing)}`)}  ${paint.dim(id)}\n\n`);
  if ('authorsQueued' in submitted) terminal.out(expectation(submitted));
  if (invalid === 0) return;
  terminal.out(`  Left out, since they cannot be used: ${showNumber(invalid)}\n`);
  terminal.out(`${problemLines(problems, paint).join('\n')}\n\n`);
}

function leave(terminal: Terminal, connection: Connection, batchId: string, isJson: boolean): number {
  if (!isJson) terminal.out(howToGoOn(connection, batchId, terminal));
  return EXIT.ok;
}

function readPriority(given: string): number | 'normal' | 'high' {
  if (given === 'normal' || given === 'high') return given;
  const priority = Number(given);
  if (/^[+-]?\d+$/.test(given) && Math.abs(priority) <= 10) return priority;
  throw new InvalidArgumentError('It is a whole number from -10 to 10, or normal, or high.');
}

function readWhole(given: string): number {
  if (/^\d{1,9}$/.test(given)) return Number(given);
  throw new InvalidArgumentError('It is a whole number.');
}

function readColumn(
  given: string,
  before: Readonly<Record<string, string | number>> = {},
): Record<string, string | number> {
  const at = given.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('It looks like author=Writer, or author=3.');
  const column = given.slice(at + 1);
  return { ...before, [given.slice(0, at)]: /^\d{1,4}$/.test(column) ? Number(column) : column };
}

function readPair(given: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const at = given.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('It looks like team=support.');
  return { ...before, [given.slice(0, at)]: given.slice(at + 1) };
}
