import { setTimeout as sleep } from 'node:timers/promises';

const DAY_MS = 86_400_000;
/** Longer than a file of tests that counts by days, on a slow machine. */
const NEAR_MS = 60_000;

/** Lets a midnight of UTC pass that is near: what is counted by days would begin anew in the middle of a story. */
export async function awayFromMidnight(): Promise<void> {
  const leftMs = DAY_MS - (Date.now() % DAY_MS);
  if (leftMs < NEAR_MS) await sleep(leftMs + 100);
}
