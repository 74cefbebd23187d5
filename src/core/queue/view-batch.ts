import { processedOf, totalOf } from '#domain/item.ts';
import type { Batch } from '#domain/batch.ts';
import type { Hands } from './hands.ts';
import type { Workload } from '#ports/workload.ts';
import type { BatchView } from './views.ts';
import type { RunningElsewhere } from './running-elsewhere.ts';

/** Rates are taken over so much of the near past. */
const SPAN_MS = 10_000;

interface Sample {
  readonly at: number;
  readonly processed: number;
}

/** How fast batches move, from looking at them now and then. Nothing but display rests on it. */
export class RateMeter {
  readonly #samples = new Map<number, Sample[]>();

  /** Items ended per second; null while there is nothing to go by. */
  note(batch: Batch, now: number): number | null {
    if (batch.endedAt !== null || batch.startedAt === null) {
      this.#samples.delete(batch.id);
      return null;
    }
    const samples = this.#samples.get(batch.id) ?? [];
    const processed = processedOf(batch.counts);
    const last = samples.at(-1);
    if (last === undefined || now - last.at >= 200) samples.push({ at: now, processed });
    while (samples.length > 2 && (samples[1] as Sample).at < now - SPAN_MS) samples.shift();
    this.#samples.set(batch.id, samples);
    const first = samples[0] as Sample;
    if (now - first.at >= 1_000) return rate(processed - first.processed, now - first.at);
    return now > batch.startedAt ? rate(processed, now - batch.startedAt) : null;
  }
}

function rate(items: number, ms: number): number {
  return Math.round((Math.max(0, items) / ms) * 10_000) / 10;
}

export interface ViewDeps {
  readonly hands: Hands;
  readonly workloads: ReadonlyMap<string, Workload>;
  readonly meter: RateMeter;
  readonly elsewhere: RunningElsewhere;
}

/** Enough for all that one server runs at once by default. */
const MOST_CURRENT = 8;

export function viewBatch(deps: ViewDeps, batch: Batch, now: number): BatchView {
  const ratePerSecond = deps.meter.note(batch, now);
  const open = totalOf(batch.counts) - processedOf(batch.counts);
  const isMoving = batch.status === 'processing' && ratePerSecond !== null && ratePerSecond > 0;
  const workload = deps.workloads.get(batch.workload);
  const here = deps.hands.running(batch.id, MOST_CURRENT).map(({ id, payload, startedAt, stage }) => ({
    id,
    description: workload?.describe(payload) ?? '',
    startedAt,
    stage,
  }));
  const current = [...here, ...deps.elsewhere.of(batch.id, now)].slice(0, MOST_CURRENT);
  // The rate of the first moments may be above what the pace allows in the long run.
  const leastSeconds = (open * batch.paceMs) / 1_000;
  const etaSeconds = isMoving ? Math.ceil(Math.max(open / ratePerSecond, leastSeconds)) : null;
  const expected = batch.endedAt === null ? (workload?.expectedTotal?.(batch) ?? null) : null;
  const expectedTotal = expected === null ? null : Math.max(expected, totalOf(batch.counts));
  const { hold } = batch;
  const isHeld = hold !== null && hold.until > now && batch.status === 'processing';
  return { batch, ratePerSecond, etaSeconds, current, expectedTotal, hold: isHeld ? hold : null };
}
