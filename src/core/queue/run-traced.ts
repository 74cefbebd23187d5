import type { ClaimedItem, Settlement } from '#domain/outcome.ts';
import { showId } from '#domain/ids.ts';
import type { Log } from '#ports/log.ts';
import type { Trace } from '#ports/trace.ts';

export interface TracedRuns {
  readonly trace: Trace;
  readonly log: Log;
}

export interface TracedRun {
  readonly run: () => Promise<Settlement>;
  /** Somebody took the item away, or its time was up: what the run says then counts for nothing. */
  readonly isStopped: () => boolean;
}

/** Runs an item in the name of the request that made its batch, and says what became of it. */
export function runTraced(
  { trace, log }: TracedRuns,
  item: ClaimedItem,
  { run, isStopped }: TracedRun,
): Promise<Settlement> {
  return trace(item.requestId, async () => {
    const settlement = await run();
    const { kind } = settlement.outcome;
    if ((kind === 'retry' || kind === 'failed') && isStopped()) log('debug', 'item_stopped', aboutOf(item));
    else tellRun(log, item, settlement);
    return settlement;
  });
}

/** A dead letter is worth a look; what will be tried again, or ended well, is for those who follow one request. */
export function tellRun(log: Log, item: ClaimedItem, { outcome }: Settlement): void {
  const about = aboutOf(item);
  if (outcome.kind === 'failed') return log('warn', 'item_failed', { ...about, code: outcome.error.code });
  if (outcome.kind === 'retry') return log('info', 'item_put_off', { ...about, code: outcome.error.code });
  log('debug', 'item_ran', { ...about, outcome: outcome.kind });
}

function aboutOf(item: ClaimedItem): Readonly<Record<string, unknown>> {
  return {
    item: showId('item', item.id),
    batch: showId('batch', item.batchId),
    requestId: item.requestId,
    workload: item.workload,
    attempt: item.failures + 1,
  };
}
