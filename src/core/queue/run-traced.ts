import type { ClaimedItem, Settlement } from '#domain/outcome.ts';
import { showId } from '#domain/ids.ts';
import type { Log } from '#ports/log.ts';
import type { Span, SpanStart, Tracer } from '#ports/tracer.ts';
import type { Trace } from '#ports/trace.ts';

export interface TracedRuns {
  readonly trace: Trace;
  readonly tracer: Tracer;
  readonly log: Log;
}

export interface TracedRun {
  readonly run: () => Promise<Settlement>;
  /** Somebody took the item away, or its time was up: what the run says then counts for nothing. */
  readonly isStopped: () => boolean;
}

/** Runs an item in the name of the request that made its batch, and says what became of it. */
export function runTraced(
  { trace, tracer, log }: TracedRuns,
  item: ClaimedItem,
  { run, isStopped }: TracedRun,
): Promise<Settlement> {
  return trace(item.requestId, () =>
    tracer.span(tracer.isOn ? spanOf(item) : NO_SPAN, async (span) => {
      const settlement = await run();
      const { kind } = settlement.outcome;
      if ((kind === 'retry' || kind === 'failed') && isStopped()) log('debug', 'item_stopped', aboutOf(item));
      else tellRun(log, item, settlement);
      if (tracer.isOn) noteEnd(span, settlement);
      return settlement;
    }),
  );
}

/** Items run by the million: where nobody follows, nothing is gathered. */
const NO_SPAN: SpanStart = { name: '', kind: 'consumer' };

/** It goes on from where its batch was made, whatever process made it. */
function spanOf(item: ClaimedItem): SpanStart {
  return {
    name: `run ${item.workload}`,
    kind: 'consumer',
    parent: item.traceParent,
    attributes: {
      'preheat.workload': item.workload,
      'preheat.batch': showId('batch', item.batchId),
      'preheat.item': showId('item', item.id),
      'preheat.attempt': item.failures + 1,
    },
  };
}

function noteEnd(span: Span, { outcome }: Settlement): void {
  span.note({ 'preheat.outcome': outcome.kind });
  if (outcome.kind === 'failed' || outcome.kind === 'retry') span.fail(outcome.error.code);
}

/** A dead letter is worth a look; what will be tried again, or ended well, is for those who follow one request. */
export function tellRun(log: Log, item: ClaimedItem, { outcome }: Settlement): void {
  const about = aboutOf(item);
  if (outcome.kind === 'failed') return log('warn', 'item_failed', { ...about, code: outcome.error.code });
  if (outcome.kind === 'retry') return log('info', 'item_put_off', { ...about, code: outcome.error.code });
  log('debug', 'item_ran', { ...about, outcome: outcome.kind });
}

/** Which item, for a line of the log. */
export function aboutOf(item: ClaimedItem): Readonly<Record<string, unknown>> {
  return {
    item: showId('item', item.id),
    batch: showId('batch', item.batchId),
    requestId: item.requestId,
    workload: item.workload,
    attempt: item.failures + 1,
  };
}
