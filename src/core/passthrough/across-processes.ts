import { keepLease } from '#core/answers/keep-lease.ts';
import type { LeaseDeps } from '#core/answers/keep-lease.ts';
import { sleep } from '#core/answers/shared-work.ts';
import type { FlightStore } from '#ports/store/flights.ts';
import { flightNameOf } from './passing.ts';

const FIRST_POLL_MS = 5;
const MAX_POLL_MS = 200;

/** Turns rest on no documents. */
const NO_CORPUS = 0;

export interface AcrossDeps extends LeaseDeps {
  readonly flights: FlightStore;
}

interface Wanted {
  readonly projectId: number;
  readonly key: string;
  readonly signal: AbortSignal;
}

/**
 * One of the processes on a store makes it, the others look for what it kept. What was not kept, each makes by itself
 * and at once: they must not go one after the other.
 */
export async function acrossProcesses<T>(
  deps: AcrossDeps,
  { projectId, key, signal }: Wanted,
  { make, look }: { readonly make: () => Promise<T>; readonly look: () => Promise<T | null> },
): Promise<T> {
  const { flights, now, leaseMs } = deps;
  let hasWaited = false;
  for (let pollMs = FIRST_POLL_MS; ; pollMs = Math.min(MAX_POLL_MS, 2 * pollMs)) {
    const times = { now: now(), leaseUntil: now() + leaseMs };
    const boarded = await flights.board(projectId, flightNameOf(key), NO_CORPUS, times);
    const found = await look();
    if (boarded.kind === 'leader') {
      if (found !== null || hasWaited) await flights.abandon(boarded.flight);
      if (found !== null) return found;
      if (hasWaited) return make();
      const lease = keepLease(deps, boarded.flight);
      try {
        return await make();
      } finally {
        lease.stop();
        await flights.abandon(boarded.flight).catch(deps.onError);
      }
    }
    if (found !== null) return found;
    hasWaited = true;
    const leaseUntil = boarded.kind === 'waiter' ? boarded.leaseUntil : now();
    await sleep(Math.max(1, Math.min(pollMs, leaseUntil - now())), signal);
  }
}
