import { batchOfItem } from '#domain/ids.ts';
import type { Settlement } from '#domain/outcome.ts';
import type { Clock, Log } from '#ports/log.ts';
import type { BatchStore } from '#ports/store/batches.ts';
import type { ItemStore } from '#ports/store/items.ts';
import type { Hands } from './hands.ts';

export interface HoldDeps {
  readonly store: {
    readonly batches: Pick<BatchStore, 'hold'>;
    readonly items: Pick<ItemStore, 'release'>;
  };
  readonly hands: Pick<Hands, 'giveBack'>;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * What a deferred item lacks (a model, a source), all items of its batch lack: it gives none until then, instead of
 * having each of a million taken, put back and written down. The item itself then waits with its batch, and goes when
 * somebody lets that go; where the hold could not be noted, it waits alone.
 */
export async function holdBatch(
  { store, hands, clock, log }: HoldDeps,
  settlement: Settlement,
): Promise<Settlement> {
  const { itemId, generation, outcome } = settlement;
  if (outcome.kind !== 'deferred') return settlement;
  const { availableAt, error } = outcome;
  const batchId = batchOfItem(itemId);
  // In this very moment: what was claimed ahead is not started any more.
  const ahead = hands.giveBack(batchId);
  try {
    await store.batches.hold(batchId, { until: availableAt, error }, clock());
    if (ahead.length > 0) await store.items.release(ahead, clock());
  } catch (reason) {
    log('warn', 'hold_not_noted', { why: String(reason) });
    return settlement;
  }
  return { itemId, generation, outcome: { kind: 'deferred', error, availableAt: clock() } };
}
