import { Command } from 'commander';
import type { ConnectionOptions } from '../connection.ts';
import { connect, withConnection } from '../connection.ts';
import { Refusal } from '../refusal.ts';
import { runCommand } from '../run-command.ts';
import { counted } from '../screen/show-count.ts';
import type { Terminal } from '../screen/terminal.ts';
import { clean } from '../screen/visible-text.ts';
import { watchToEnd } from '../screen/watch-to-end.ts';
import { capital, wordsOf } from '../screen/words-of.ts';

interface WatchOptions extends ConnectionOptions {
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  $ preheat watch bat_1k
  $ preheat watch bat_1k --json | jq -c '{processed, total}'

Ctrl-C stops the watching, not the batch. Exit code as of preheat warm.`;

export function watchCommand(terminal: Terminal): Command {
  const command = new Command('watch')
    .description('follow a batch until it ends')
    .argument('<batch>', 'id of the batch, such as bat_1k')
    .option('--json', 'one JSON object for each event, and a summary at the end')
    .addHelpText('after', EXAMPLES);
  return withConnection(command).action((batchId: string, options: WatchOptions) =>
    runCommand(terminal, options, () => watch(terminal, batchId, options)),
  );
}

async function watch(terminal: Terminal, batchId: string, options: WatchOptions): Promise<number> {
  const isJson = options.json === true;
  if (!/^bat_[0-9a-z]+$/.test(batchId))
    throw new Refusal(`"${clean(batchId)}" is not the id of a batch.`, ['It looks like bat_1k.']);
  const connection = connect(options);
  const batch = await connection.client.batches.get(batchId);
  if (!isJson) {
    const { doing, thing, things } = wordsOf(batch.workload);
    const title = `${capital(doing)} ${counted(batch.total, thing, things)}`;
    const name = batch.name ?? batch.source.detail ?? '';
    terminal.out(
      `\n${terminal.paint.strong(title)}  ${terminal.paint.dim(`${batchId} ${clean(name)}`.trim())}\n\n`,
    );
  }
  return await watchToEnd({ terminal, connection, isJson }, batchId);
}
