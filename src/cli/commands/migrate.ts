import { join } from 'node:path';
import { Command, Option } from 'commander';
import { readConfig } from '#main/config.ts';
import { EXIT } from '../refusal.ts';
import { runCommand } from '../run-command.ts';
import { counted } from '../screen/show-count.ts';
import type { Terminal } from '../screen/terminal.ts';

interface MigrateOptions {
  readonly from?: string;
  readonly to: string;
  readonly json?: boolean;
}

const EXAMPLES = `
Moves a whole installation from its SQLite file to PostgreSQL. Stop the server first, and give an empty database:
  $ preheat migrate --from data/preheat.db --to postgres://preheat@db/preheat
  $ DATABASE_URL=postgres://preheat@db/preheat preheat serve

Either everything is there afterwards, compared row by row, or nothing. The file is not changed: keep it until you
have seen the server at work.`;

export function migrateCommand(terminal: Terminal): Command {
  return new Command('migrate')
    .description('move an installation from SQLite to PostgreSQL')
    .option('--from <file>', 'the SQLite file (default: preheat.db in the data folder of the settings)')
    .addOption(
      new Option('--to <url>', 'the empty PostgreSQL database').env('DATABASE_URL').makeOptionMandatory(),
    )
    .option('--json', 'print what was moved as JSON')
    .addHelpText('after', EXAMPLES)
    .action((options: MigrateOptions) => runCommand(terminal, options, () => migrate(terminal, options)));
}

async function migrate(terminal: Terminal, { from, to, json }: MigrateOptions): Promise<number> {
  const file = from ?? join(readConfig({ ...process.env, DATABASE_URL: '' }).PREHEAT_DATA, 'preheat.db');
  const { moveInstallation } = await import('#main/backup/move-installation.ts');
  const show = json !== true;
  const moved = await moveInstallation({
    from: file,
    to,
    onTable: ({ table, rows }) => {
      if (show && rows > 0) terminal.note(`  ${table.padEnd(20)} ${counted(rows, 'row')}\n`);
    },
  });
  const rows = moved.tables.reduce((sum, table) => sum + table.rows, 0);
  if (json === true) terminal.out(`${JSON.stringify(moved)}\n`);
  else
    terminal.out(
      `Moved ${counted(rows, 'row')} and ${counted(moved.files, 'file')}, and found them the same.\n`,
    );
  return EXIT.ok;
}
