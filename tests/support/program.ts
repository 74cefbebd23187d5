import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../bin/preheat.js', import.meta.url));

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface ProgramOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly folder?: string;
  /** Called with the process as it starts, for those who want to stop it. */
  readonly onStart?: (child: ChildProcess) => void;
}

/** Runs the real program, as in a pipe and without the settings of whoever runs the tests. */
export async function runProgram(words: readonly string[], options: ProgramOptions = {}): Promise<Ran> {
  const { environment = {}, input, folder, onStart } = options;
  const settings = Object.entries(process.env).filter(([name]) => !/^(PREHEAT_|npm_|CI$)/.test(name));
  const child = spawn(process.execPath, [PROGRAM, ...words], {
    cwd: folder,
    env: { ...Object.fromEntries(settings), ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input ?? '');
  onStart?.(child);
  const ended = once(child, 'close');
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = (await ended) as [number | null];
  return { code, out, err };
}
