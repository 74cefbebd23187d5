import { workerData } from 'node:worker_threads';

/**
 * A thread beside the reading, which a file may keep busy for as long as it likes: it ends the process when that
 * takes too much memory (of which V8 limits only its heap, and not what a file unpacks to), or when the server is
 * gone and nobody waits for the outcome.
 */
const { memoryMiB, parent } = workerData as { readonly memoryMiB: number; readonly parent: number };
const LOOK_EVERY_MS = 50;

setInterval(() => {
  const isTooLarge = process.memoryUsage.rss() > memoryMiB * 2 ** 20;
  if (isTooLarge || process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
}, LOOK_EVERY_MS);
