import { Command, CommanderError } from 'commander';
import { VERSION } from '#main/version.ts';
import { askCommand } from './commands/ask.ts';
import { backupCommand, restoreCommand } from './commands/backup.ts';
import { demoCommand } from './commands/demo.ts';
import { documentsCommand } from './commands/documents.ts';
import { doctorCommand } from './commands/doctor.ts';
import { encryptionCommand } from './commands/encryption.ts';
import { explainCommand } from './commands/explain.ts';
import { ingestCommand } from './commands/ingest.ts';
import { keysCommand } from './commands/keys.ts';
import { migrateCommand } from './commands/migrate.ts';
import { missesCommand } from './commands/misses.ts';
import { projectsCommand } from './commands/projects.ts';
import { EXIT } from './refusal.ts';
import { serveCommand } from './commands/serve.ts';
import type { Terminal } from './screen/terminal.ts';
import { warmCommand } from './commands/warm.ts';
import { webhooksCommand } from './commands/webhooks.ts';
import { watchCommand } from './commands/watch.ts';
import { workerCommand } from './commands/worker.ts';

const ENVIRONMENT = `
Environment:
  PREHEAT_URL       where the server listens (http://127.0.0.1:7400)
  PREHEAT_API_KEY   the key to show, when the server asks for one
  PREHEAT_PROJECT   the project to work in
A file .env in the working folder is read too. All settings of the server: docs/configuration.md

Start with:
  $ preheat demo`;

/** Every command, bound to a terminal. */
export function buildProgram(terminal: Terminal): Command {
  const program = new Command('preheat')
    .description(
      'Keeps slow answers warm: asks beforehand, keeps the answers, and reads them in about a millisecond.',
    )
    .version(VERSION, '-v, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText('after', ENVIRONMENT);
  for (const command of [
    serveCommand,
    workerCommand,
    demoCommand,
    ingestCommand,
    documentsCommand,
    warmCommand,
    watchCommand,
    askCommand,
    explainCommand,
    missesCommand,
    keysCommand,
    webhooksCommand,
    projectsCommand,
    encryptionCommand,
    migrateCommand,
    backupCommand,
    restoreCommand,
    doctorCommand,
  ])
    program.addCommand(command(terminal));
  for (const command of [
    program,
    ...program.commands,
    ...program.commands.flatMap((each) => each.commands),
  ]) {
    command
      .exitOverride()
      .showHelpAfterError('  --help says what there is.')
      .configureOutput({
        writeOut: terminal.out,
        writeErr: terminal.note,
        outputError: (text, write) =>
          write(`\n${terminal.notePaint.bad('✗')} ${text.replace(/^error: /, '')}\n`),
      });
  }
  return program;
}

/** Runs one command line; errors of its use become exit code 2. */
export async function runProgram(terminal: Terminal, words: readonly string[]): Promise<void> {
  try {
    await buildProgram(terminal).parseAsync(words, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    const isHelp = error.code === 'commander.help' && words.length === 0;
    process.exitCode = error.exitCode === 0 || isHelp ? EXIT.ok : EXIT.refused;
  }
}
