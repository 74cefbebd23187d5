import type { Notice } from '#ports/bus.ts';
import type { Clock } from '#ports/log.ts';
import type { Store } from '#ports/store/store.ts';
import type { Hands } from './hands.ts';
import type { RunningElsewhere } from './running-elsewhere.ts';

export interface HearDeps {
  readonly store: Pick<Store, 'items'>;
  readonly hands: Pick<Hands, 'abort' | 'giveBack'>;
  readonly clock: Clock;
  readonly wake: () => void;
  readonly elsewhere: RunningElsewhere;
  /** Somebody who watches these batches may look now; null: all that are watched. */
  readonly look: (batchIds: readonly number[] | null) => void;
  readonly workerId: () => number;
  readonly onDrain: () => void;
}

/** What another process did, taken up here at once. Each would be found out without the notice, a moment later. */
export async function hearNotice(deps: HearDeps, heard: Notice | 'missed'): Promise<void> {
  if (heard === 'missed') {
    deps.wake();
    deps.look(null);
    return;
  }
  switch (heard.kind) {
    case 'work':
      return deps.wake();
    case 'steered':
      await takeUp(deps, heard.batchId, heard.to);
      return deps.look([heard.batchId]);
    case 'item_taken':
      return deps.hands.abort({ itemId: heard.itemId }, new Error('The item was taken away.'));
    case 'progress':
      return deps.look(heard.batchIds);
    case 'running':
      deps.elsewhere.note(heard, deps.clock());
      return deps.look([heard.batchId]);
    case 'drain':
      return heard.workerId === deps.workerId() ? deps.onDrain() : undefined;
    case 'answers_dropped':
    case 'answer_superseded':
      return undefined;
  }
}

async function takeUp(
  deps: HearDeps,
  batchId: number,
  to: Extract<Notice, { kind: 'steered' }>['to'],
): Promise<void> {
  switch (to) {
    case 'cancel':
    case 'delete':
      return deps.hands.abort(
        { batchId },
        new Error(`The batch was ${to === 'cancel' ? 'cancelled' : 'deleted'}.`),
      );
    case 'pause':
      return giveBack(deps, batchId);
    case 'change':
      // What was claimed under the old priority, pace or limit is chosen anew.
      await giveBack(deps, null);
      return deps.wake();
    case 'resume':
    case 'retry':
      return deps.wake();
  }
}

async function giveBack({ hands, store, clock }: HearDeps, batchId: number | null): Promise<void> {
  const held = hands.giveBack(batchId);
  if (held.length > 0) await store.items.release(held, clock());
}
