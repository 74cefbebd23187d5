import { resolve } from 'node:path';
import { Command } from 'commander';
import type { Config } from '#main/config.ts';
import { readConfig } from '#main/config.ts';
import type * as start from '#main/start.ts';
import type { RunningServer } from '#main/start.ts';
import { VERSION } from '#main/version.ts';
import { connectionFlags } from '../connection.ts';
import { invocation } from '../invocation.ts';
import { readableLog } from '../screen/readable-log.ts';
import { EXIT } from '../refusal.ts';
import { runCommand } from '../run-command.ts';
import { exitCodeFor, onStop } from '../stop-signals.ts';
import type { Terminal } from '../screen/terminal.ts';

const EXAMPLES = `
Settings come from the environment, or from a file .env here: docs/configuration.md. For example:
  $ PREHEAT_PORT=8080 PREHEAT_DATA=/var/lib/preheat preheat serve

The first Ctrl-C (or SIGTERM) lets running items finish, the second stops at once; nothing is lost either way.`;

export function serveCommand(terminal: Terminal): Command {
  return new Command('serve')
    .description('start the server')
    .addHelpText('after', EXAMPLES)
    .action(() => runCommand(terminal, {}, () => serve(terminal)));
}

async function serve(terminal: Terminal): Promise<number> {
  const config = readConfig(process.env);
  const { paint, out } = terminal;
  // People read the log of a server in a terminal; in a pipe it is for programs.
  const log = process.stdout.isTTY ? { log: readableLog(config.PREHEAT_LOG_LEVEL, paint, out) } : {};
  const { startServer } = await loadServer();
  const server = await startServer(config, log);
  // Before anybody is told that it listens: whoever waits for that may stop it at once.
  const stopped = untilStopped(server, config, terminal);
  terminal.note(welcome(server, config, terminal));
  return stopped;
}

/** The server's code is half a second of loading, which a question to a running server should not pay. */
export function loadServer(): Promise<typeof start> {
  return import('#main/start.ts');
}

/** @returns the exit code, once the server has drained */
export function untilStopped(server: RunningServer, config: Config, terminal: Terminal): Promise<number> {
  return new Promise((end, fail) => {
    onStop({
      first: () => {
        const most = config.PREHEAT_DRAIN_SECONDS;
        terminal.note(
          `\nStopping: running items may finish, for at most ${most} s. Ctrl-C again stops at once.\n`,
        );
        server.stop().then(() => {
          terminal.note('Stopped. Everything accepted is kept.\n');
          end(EXIT.ok);
        }, fail);
      },
      again: (signal) => process.exit(exitCodeFor(signal)),
    });
  });
}

function welcome({ url }: RunningServer, config: Config, { notePaint: paint }: Terminal): string {
  const preheat = `${invocation()} `;
  const flags = connectionFlags({ url, project: undefined });
  return `
${paint.strong(`Preheat ${VERSION}`)} listens at ${paint.accent(url)}

  Admin page   ${url}/
  API          ${url}/docs
  Data         ${resolve(config.PREHEAT_DATA)}

Next, in another terminal:

  ${preheat}ingest examples/handbook${flags}
  ${preheat}warm examples/questions.txt${flags}
  ${preheat}ask "How much holiday do I get in a year?"${flags}

`;
}
