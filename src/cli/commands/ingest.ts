import { Command } from 'commander';
import { collectFiles } from '../folders/collect-files.ts';
import type { ConnectionOptions } from '../connection.ts';
import { connect, withConnection } from '../connection.ts';
import { keepInStep } from '../folders/keep-in-step.ts';
import type { FolderOptions } from '../folders/keep-in-step.ts';
import { EXIT, Refusal } from '../refusal.ts';
import { runCommand } from '../run-command.ts';
import type { Shown } from '../screen/progress-view.ts';
import type { FileEnd } from '../folders/send-files.ts';
import { sendFiles } from '../folders/send-files.ts';
import { counted } from '../screen/show-count.ts';
import { fileListFor, filesLine } from '../screen/show-files.ts';
import { showDuration } from '../screen/show-time.ts';
import { lookUntilStopped } from '../stop-signals.ts';
import type { Terminal } from '../screen/terminal.ts';
import { howToGoOn } from '../screen/watch-to-end.ts';

interface IngestOptions extends ConnectionOptions, FolderOptions {
  readonly json?: boolean;
  readonly tags?: string;
  readonly sync?: boolean;
  readonly watch?: boolean;
}

const EXAMPLES = `
Examples:
  $ preheat ingest handbook/                 # every file in it, hidden and unfinished ones left out
  $ preheat ingest *.md prices.pdf
  $ preheat ingest handbook/ --json | jq -c 'select(.status == "failed")'
  $ preheat ingest --sync handbook/ --prefix handbook --delete
  $ preheat ingest --watch handbook/         # until Ctrl-C: every change, as it is saved

PDF, Word, PowerPoint, EPUB, HTML, Markdown, text, CSV, JSON, and a zip of these. A file that has not changed is
skipped; one that has changed takes the place of the old one, and answers that rest on it are made again. Exit code: 0 all indexed, 1 some failed, 2 refused, 130 stopped looking.

--sync and --watch take one folder. Files are compared by their hashes first, and only what is new or changed is sent. A
document whose file is gone stays, unless you say --delete. --prefix puts the folder's documents below a name of their
own, so that several folders can live side by side; --delete needs it, to know which documents may go (--prefix '' means
all of the project). While the server is away, --watch waits for it.`;

export function ingestCommand(terminal: Terminal): Command {
  const command = new Command('ingest')
    .description('index documents, so that answers can rest on them')
    .argument('<files...>', 'files and folders')
    .option('--sync', 'bring the documents in step with a folder, once')
    .option('--watch', 'keep the documents in step with a folder')
    .option('--prefix <name>', "with --sync or --watch: the folder's place among the documents")
    .option('--delete', 'with --sync or --watch: delete documents whose file is gone')
    .option('--tags <tags>', 'tags of the documents, separated by commas')
    .option('--json', 'one JSON object for each file, and a summary at the end')
    .addHelpText('after', EXAMPLES);
  return withConnection(command).action((paths: readonly string[], options: IngestOptions) =>
    runCommand(terminal, options, () => {
      const isFolder = options.sync === true || options.watch === true;
      if (isFolder && options.tags !== undefined)
        throw new Refusal('--tags goes without --sync and --watch.');
      return isFolder ? keepInStep(terminal, paths, options) : ingest(terminal, paths, options);
    }),
  );
}

async function ingest(terminal: Terminal, paths: readonly string[], options: IngestOptions): Promise<number> {
  if (options.prefix !== undefined || options.delete === true)
    throw new Refusal('--prefix and --delete go with --sync or --watch.');
  const files = collectFiles(paths);
  const connection = connect(options);
  const isJson = options.json === true;
  if (!isJson) terminal.out(`\n${terminal.paint.strong(`Indexing ${counted(files.length, 'file')}`)}\n\n`);
  const startedAt = performance.now();
  using looking = lookUntilStopped();
  const ends: FileEnd[] = [];
  const list = fileListFor(terminal, isJson);
  const onFile = (end: FileEnd): void => {
    ends.push(end);
    list.file(end);
  };
  const onProgress = (shown: Shown): void => list.progress(shown);
  try {
    const running = await sendFiles(
      {
        connection,
        signal: looking.signal,
        onFile,
        onProgress,
        ...(options.tags === undefined ? {} : { tags: options.tags.split(',') }),
      },
      files,
    );
    list.end();
    if (running !== null) terminal.note(howToGoOn(connection, running, terminal));
  } finally {
    list.end();
  }
  const unsent = files.length - ends.length;
  if (looking.signal.aborted) {
    terminal.note(
      `Without an end so far: ${counted(unsent, 'file')}. The same command again goes on from there.\n\n`,
    );
    return looking.exitCode();
  }
  return report(terminal, {
    ends,
    total: Math.max(files.length, ends.length),
    tookMs: performance.now() - startedAt,
    isJson,
  });
}

interface Report {
  readonly ends: readonly FileEnd[];
  readonly total: number;
  readonly tookMs: number;
  readonly isJson: boolean;
}

function report({ out, paint }: Terminal, { ends, total, tookMs, isJson }: Report): number {
  const failed = ends.filter(({ status }) => status === 'failed' || status === 'cancelled').length;
  const mark = failed === 0 ? paint.accent('✓') : paint.bad('✗');
  if (isJson) out(`${JSON.stringify({ event: 'summary', total, failed })}\n`);
  else out(`\n${mark} ${paint.strong(filesLine(ends, total))}  ${paint.dim(showDuration(tookMs))}\n\n`);
  return failed === 0 ? EXIT.ok : EXIT.failed;
}
