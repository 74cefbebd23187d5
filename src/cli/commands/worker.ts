import { Command } from 'commander';
import type { Config } from '#main/config.ts';
import { readConfig } from '#main/config.ts';
import type { RunningWorker } from '#main/start-worker.ts';
import { VERSION } from '#main/version.ts';
import { readableLog } from '../screen/readable-log.ts';
import { EXIT } from '../refusal.ts';
import { runCommand } from '../run-command.ts';
import { exitCodeFor, onStop } from '../stop-signals.ts';
import type { Terminal } from '../screen/terminal.ts';

const EXAMPLES = `
It works on what servers queue, in a process of its own, and answers no requests. Give it the settings of the servers:
  $ DATABASE_URL=postgres://preheat@db/preheat PREHEAT_CONCURRENCY=32 preheat worker

Start as many as you like, on any machine that reaches the database. The first Ctrl-C (or SIGTERM) lets running items
finish, the second stops at once; nothing is lost either way.`;

export function workerCommand(terminal: Terminal): Command {
  return new Command('worker')
    .description('work on items beside a server')
    .addHelpText('after', EXAMPLES)
    .action(() => runCommand(terminal, {}, () => work(terminal)));
}

async function work(terminal: Terminal): Promise<number> {
  const config = readConfig(process.env);
  const { paint, out } = terminal;
  const log = process.stdout.isTTY ? { log: readableLog(config.PREHEAT_LOG_LEVEL, paint, out) } : {};
  const { startWorker } = await import('#main/start-worker.ts');
  const worker = await startWorker(config, log);
  const stopped = untilStopped(worker, config, terminal);
  terminal.note(
    `\n${terminal.notePaint.strong(`Preheat ${VERSION}`)} works on up to ${config.PREHEAT_CONCURRENCY} items at once.\n`,
  );
  return stopped;
}

/** @returns the exit code, once the worker has drained */
function untilStopped(worker: RunningWorker, config: Config, terminal: Terminal): Promise<number> {
  return new Promise((end, fail) => {
    const stop = (): void => {
      worker.stop().then(() => {
        terminal.note('Stopped.\n');
        end(EXIT.ok);
      }, fail);
    };
    onStop({
      first: () => {
        const most = config.PREHEAT_DRAIN_SECONDS;
        terminal.note(
          `\nStopping: running items may finish, for at most ${most} s. Ctrl-C again stops at once.\n`,
        );
        stop();
      },
      again: (signal) => process.exit(exitCodeFor(signal)),
    });
    void worker.drained.then(() => {
      terminal.note('\nDrained, as it was asked to from elsewhere.\n');
      stop();
    });
  });
}
