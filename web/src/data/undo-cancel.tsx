import { notifications } from '@mantine/notifications';
import type { QueryClient } from '@tanstack/react-query';
import { PreheatError, type Batch, type PreheatClient } from '#sdk/index.ts';
import { titleOf } from '../text/batches.ts';
import { countOf } from '../text/counts.ts';
import { tell } from '../text/problems.ts';
import { Offer } from '../ui/offer.tsx';
import { putBatch } from './batches.ts';

const ID = 'cancelled';
/** Long enough to see what one has done. */
const OFFERED_MS = 12_000;
/** A large batch is cancelled in steps: until they are done it cannot run again. */
const MOST_TRIES = 6;
const AGAIN_MS = 1_000;

/** Those of the notification that is shown now. */
let recent: readonly Batch[] = [];

/** Offers to take a cancel back; of several that come together there is one offer. */
export function offerUndo(client: PreheatClient, queries: QueryClient, batch: Batch): void {
  const first = recent.length === 0;
  recent = [...recent, batch];
  const batches = recent;
  const offer = {
    id: ID,
    title:
      batches.length === 1
        ? `“${titleOf(batch)}” is cancelled`
        : `${countOf(batches.length, 'batch', 'batches')} are cancelled`,
    message: <Offer onTake={() => void undo(client, queries, batches)}>Undo</Offer>,
    autoClose: OFFERED_MS,
    onClose: () => {
      recent = [];
    },
  };
  if (first) notifications.show(offer);
  else notifications.update(offer);
}

async function undo(client: PreheatClient, queries: QueryClient, batches: readonly Batch[]): Promise<void> {
  notifications.hide(ID);
  for (const batch of batches) {
    try {
      putBatch(queries, await runAgain(client, batch));
    } catch (error) {
      notifications.show({
        color: 'red',
        title: `“${titleOf(batch)}” stays cancelled`,
        message: tell(error).message,
      });
    }
  }
  for (const key of ['batches', 'items', 'stats']) void queries.invalidateQueries({ queryKey: [key] });
}

/** What was left runs again; what was paused is paused again. */
async function runAgain(client: PreheatClient, { id, status }: Batch): Promise<Batch> {
  for (let tries = 1; ; tries += 1) {
    try {
      const batch = await client.batches.retry(id, { statuses: ['cancelled'] });
      return status === 'paused' ? await client.batches.pause(id) : batch;
    } catch (error) {
      const isAtWork = error instanceof PreheatError && error.code === 'cannot_retry';
      if (!isAtWork || tries === MOST_TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
}
