import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { PreheatClient } from '#sdk/index.ts';

const PROGRAM =
  process.env['PREHEAT_TEST_PROGRAM'] ?? new URL('../../bin/preheat.js', import.meta.url).pathname;

export interface ServerProcess {
  readonly url: string;
  readonly client: PreheatClient;
  readonly process: ChildProcess;
  /** Everything it said so far. */
  readonly output: string[];
  /** Resolves with the exit code, or the signal that ended it. */
  stop(signal?: NodeJS.Signals): Promise<number | NodeJS.Signals>;
}

/** A folder of its own for each test, removed with it. */
export function temporaryFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'preheat-test-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** The real program, or one that stands for it, in a process of its own, on a free port. */
export async function startServerProcess(
  folder: string,
  environment: Readonly<Record<string, string>> = {},
  program = PROGRAM,
): Promise<ServerProcess> {
  // With the options of the program's own first line.
  const child = spawn(process.execPath, ['--max-semi-space-size=4', program, 'serve'], {
    env: {
      ...withoutSettings(),
      PREHEAT_DATA: folder,
      PREHEAT_PORT: '0',
      NO_COLOR: '1',
      // What the server does by itself would come between what a test does.
      PREHEAT_REWARM_TOKENS_PER_DAY: '0',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: string[] = [];
  const url = await Promise.race([
    readUrl(child, output),
    once(child, 'exit').then(([code]) => {
      throw new Error(`The server ended at once (${String(code)}):\n${output.join('\n')}`);
    }),
  ]);
  return {
    url,
    client: new PreheatClient({ baseUrl: url }),
    process: child,
    output,
    async stop(signal = 'SIGTERM') {
      const ended = child.exitCode ?? child.signalCode;
      if (ended !== null) return ended;
      const gone = once(child, 'exit');
      child.kill(signal);
      const [code, by] = (await gone) as [number | null, NodeJS.Signals | null];
      return code ?? (by as NodeJS.Signals);
    },
  };
}

export interface WorkerProcess {
  readonly process: ChildProcess;
  readonly output: string[];
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  stop(signal?: NodeJS.Signals): Promise<number | NodeJS.Signals>;
}

/** `preheat worker` in a process of its own; resolves once it works. */
export async function startWorkerProcess(
  folder: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<WorkerProcess> {
  const child = spawn(process.execPath, [PROGRAM, 'worker'], {
    env: { ...withoutSettings(), PREHEAT_DATA: folder, NO_COLOR: '1', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: string[] = [];
  const ended = once(child, 'exit').then(([code, by]) => (code ?? by) as number | NodeJS.Signals);
  await new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        output.push(line);
        if (line.includes('works on up to')) resolve();
      });
    }
    void ended.then((how) => reject(new Error(`The worker ended at once (${how}):\n${output.join('\n')}`)));
  });
  return {
    process: child,
    output,
    ended,
    stop(signal = 'SIGTERM') {
      child.kill(signal);
      return ended;
    },
  };
}

function readUrl(child: ChildProcess, output: string[]): Promise<string> {
  return new Promise((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream as NonNullable<typeof stream> }).on('line', (line) => {
        output.push(line);
        const found = /http:\/\/127\.0\.0\.1:\d+|unix:\S+\.sock/.exec(line);
        if (found !== null) resolve(found[0]);
      });
    }
  });
}

/** What the person who runs the tests has set must not change them. */
function withoutSettings(): NodeJS.ProcessEnv {
  const isSetting = (name: string): boolean => /^(?:PREHEAT|OPENAI|GOOGLE_GENERATIVE)_/.test(name);
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !isSetting(name)));
}
