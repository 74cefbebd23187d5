import { EXIT } from './refusal.ts';

/**
 * A Ctrl-C under `npm run` arrives twice: from the terminal, and passed on by npm. What follows this closely is the
 * same press; no person presses twice so fast.
 */
const SAME_PRESS_MS = 400;

export type StopSignal = 'SIGINT' | 'SIGTERM';

export interface StopHandlers {
  readonly first: (signal: StopSignal) => void;
  /** Somebody insists. */
  readonly again?: (signal: StopSignal) => void;
}

/** Listens for requests to stop; the function it gives ends that. */
export function onStop({ first, again }: StopHandlers, now = () => performance.now()): () => void {
  let firstAt: number | null = null;
  const listen = (signal: StopSignal) => (): void => {
    if (firstAt === null) {
      firstAt = now();
      first(signal);
    } else if (now() - firstAt > SAME_PRESS_MS) {
      again?.(signal);
    }
  };
  const interrupted = listen('SIGINT');
  const terminated = listen('SIGTERM');
  process.on('SIGINT', interrupted);
  process.on('SIGTERM', terminated);
  return () => {
    process.removeListener('SIGINT', interrupted);
    process.removeListener('SIGTERM', terminated);
  };
}

/** For commands that only look on: a stop ends the looking, and leaves the exit code that shells expect. */
export interface Looking extends Disposable {
  readonly signal: AbortSignal;
  exitCode(): number;
}

export function lookUntilStopped(): Looking {
  const controller = new AbortController();
  let exitCode: number = EXIT.interrupted;
  const forget = onStop({
    first: (signal) => {
      exitCode = exitCodeFor(signal);
      controller.abort();
    },
    again: (signal) => process.exit(exitCodeFor(signal)),
  });
  return { signal: controller.signal, exitCode: () => exitCode, [Symbol.dispose]: forget };
}

export function exitCodeFor(signal: StopSignal): number {
  return signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
}
