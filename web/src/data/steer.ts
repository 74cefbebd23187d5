import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient, type QueryClient } from '@tanstack/react-query';
import type { Batch, PreheatClient } from '#sdk/index.ts';
import { useClient } from '../app/client.tsx';
import { dropBatch } from '../live/merge-progress.ts';
import { tell } from '../text/problems.ts';
import { putBatch } from './batches.ts';
import { offerUndo } from './undo-cancel.tsx';

export type Verb = 'pause' | 'resume' | 'cancel' | 'retry' | 'delete';

export interface Steering {
  readonly verb: Verb;
  readonly batch: Batch;
}

/** What can be told to a batch as it is now. */
export function verbsOf(batch: Batch): readonly Verb[] {
  const verbs: Verb[] = [];
  if (batch.status === 'processing') verbs.push('pause');
  if (batch.status === 'paused') verbs.push('resume');
  if (batch.counts.failed > 0 && !batch.isSettling) verbs.push('retry');
  if (batch.status === 'processing' || batch.status === 'paused') verbs.push('cancel');
  return [...verbs, 'delete'];
}

export const VERB_WORDS: Readonly<Record<Verb, string>> = {
  pause: 'Pause',
  resume: 'Resume',
  cancel: 'Cancel',
  retry: 'Retry failed',
  delete: 'Delete',
};

/** Tells batches what to do: shown at once where that is safe, taken back and explained when the server refuses. */
export function useSteer() {
  const client = useClient();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ verb, batch }: Steering) => send(client, verb, batch.id),
    onMutate: ({ verb, batch }) => showAhead(queries, verb, batch),
    onSuccess: (batch, { verb, batch: before }) => {
      if (batch !== null) putBatch(queries, batch);
      if (verb === 'delete') forget(queries, before.id);
      if (verb === 'cancel') offerUndo(client, queries, before);
    },
    onError: (error, { verb, batch }) => {
      putBatch(queries, batch);
      void queries.invalidateQueries({ queryKey: ['batch', batch.id] });
      notifications.show({
        color: 'red',
        title: `${VERB_WORDS[verb]}: not done`,
        message: tell(error).message,
      });
    },
    onSettled: (_batch, _error, { batch }) => {
      void queries.invalidateQueries({ queryKey: ['batches'] });
      void queries.invalidateQueries({ queryKey: ['items', batch.id] });
      void queries.invalidateQueries({ queryKey: ['stats'] });
    },
  });
}

async function send(client: PreheatClient, verb: Verb, batchId: string): Promise<Batch | null> {
  if (verb !== 'delete') return client.batches[verb](batchId);
  await client.batches.delete(batchId);
  return null;
}

/** Pausing and resuming practically never fail, so the page does not wait for them. */
function showAhead(queries: QueryClient, verb: Verb, batch: Batch): void {
  if (verb === 'pause') putBatch(queries, { ...batch, status: 'paused' });
  if (verb === 'resume') putBatch(queries, { ...batch, status: 'processing' });
}

function forget(queries: QueryClient, batchId: string): void {
  dropBatch(queries, batchId);
  queries.removeQueries({ queryKey: ['items', batchId] });
}
