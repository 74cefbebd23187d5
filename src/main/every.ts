import type { Log } from '#ports/log.ts';

/** Repeats work; while one run is not done its next turns are left out, so that a slow store gets no pile of them. */
export function every(ms: number, log: Log, work: () => Promise<void>): ReturnType<typeof setInterval> {
  let isRunning = false;
  return setInterval(() => {
    if (isRunning) return;
    isRunning = true;
    work()
      .catch((error: unknown) => log('warn', 'upkeep_failed', { why: String(error) }))
      .finally(() => {
        isRunning = false;
      });
  }, ms);
}
