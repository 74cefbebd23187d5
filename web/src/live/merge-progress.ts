import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import type { Batch, BatchEvent, BatchPage } from '#sdk/index.ts';

/** Events name at most so many running items: from there on the count is the last one known. */
const MOST_CURRENT = 8;

/** A batch as an event shows it; the older of the two gives way. */
export function mergeProgress(batch: Batch, event: BatchEvent): Batch {
  if (event.version < batch.version || event.status === 'deleted') return batch;
  const open = event.total - event.processed;
  const known = event.current.length < MOST_CURRENT ? event.current.length : batch.counts.processing;
  const processing = Math.min(open, Math.max(known, event.current.length));
  return {
    ...batch,
    name: event.name,
    version: event.version,
    status: event.status,
    total: event.total,
    processed: event.processed,
    discovered: event.discovered,
    expectedTotal: event.expectedTotal,
    counts: {
      pending: open - processing,
      processing,
      completed: event.completed,
      failed: event.failed,
      cancelled: event.cancelled,
      skipped: event.skipped,
    },
    ratePerSecond: event.ratePerSecond,
    etaSeconds: event.etaSeconds,
    current: event.current,
    hold: event.hold,
  };
}

/** Shows an event wherever the batch is on screen: its own page, and every list that holds it. */
export function writeProgress(queries: QueryClient, event: BatchEvent): void {
  const update = (batch: Batch): Batch => (batch.id === event.id ? mergeProgress(batch, event) : batch);
  queries.setQueryData<Batch>(['batch', event.id], (batch) => batch && update(batch));
  queries.setQueriesData<InfiniteData<BatchPage>>(
    { queryKey: ['batches'] },
    (data) => data && mapPages(data, update),
  );
}

/** Takes a batch out of every list. */
export function dropBatch(queries: QueryClient, batchId: string): void {
  queries.setQueriesData<InfiniteData<BatchPage>>({ queryKey: ['batches'] }, (data) =>
    data === undefined
      ? data
      : {
          ...data,
          pages: data.pages.map((page) => ({
            ...page,
            items: page.items.filter(({ id }) => id !== batchId),
          })),
        },
  );
}

function mapPages(data: InfiniteData<BatchPage>, update: (batch: Batch) => Batch): InfiniteData<BatchPage> {
  return {
    ...data,
    pages: data.pages.map((page) => ({ ...page, items: page.items.map(update) })),
  };
}
