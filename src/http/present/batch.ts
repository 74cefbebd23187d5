import type { Added, Preview, Submitted } from '#core/queue/submission.ts';
import type { BatchView, CurrentItem } from '#core/queue/views.ts';
import { showId } from '#domain/ids.ts';
import { processedOf, totalOf } from '#domain/item.ts';
import type * as wire from '#wire/index.ts';
import { presentProblem } from '../reply.ts';
import { presentStage } from './stage.ts';
import { iso, isoOrNull, jsonObject } from './value.ts';

export function presentBatch(view: BatchView): wire.Batch {
  const { batch } = view;
  return {
    id: showId('batch', batch.id),
    workload: batch.workload,
    name: batch.name,
    status: shownStatus(batch.status),
    source: { kind: batch.source.kind, detail: batch.source.detail },
    requestId: batch.requestId,
    priority: batch.priority,
    paceMs: batch.paceMs,
    concurrency: batch.concurrency,
    maxAttempts: batch.maxAttempts,
    options: jsonObject(batch.options),
    metadata: jsonObject(batch.metadata),
    round: batch.round,
    version: batch.version,
    total: totalOf(batch.counts),
    processed: processedOf(batch.counts),
    counts: batch.counts,
    discovered: batch.discovered,
    expectedTotal: view.expectedTotal,
    ratePerSecond: view.ratePerSecond,
    etaSeconds: view.etaSeconds,
    current: view.current.map(presentCurrent),
    hold: presentHold(view.hold),
    isSettling: batch.unfinished !== null,
    createdAt: iso(batch.createdAt),
    startedAt: isoOrNull(batch.startedAt),
    endedAt: isoOrNull(batch.endedAt),
  };
}

export function presentSubmitted(submitted: Submitted): wire.Submitted {
  return {
    ...presentBatch(submitted),
    invalid: submitted.invalid,
    problems: submitted.problems.map(presentProblem),
  };
}

export function presentAdded(added: Added): wire.Added {
  return {
    batch: presentBatch(added.batch),
    added: added.added,
    duplicates: added.duplicates,
    invalid: added.invalid,
    problems: added.problems.map(presentProblem),
  };
}

export function presentPreview(preview: Preview): wire.Preview {
  return {
    workload: preview.workload,
    total: preview.total,
    duplicates: preview.duplicates,
    invalid: preview.invalid,
    problems: preview.problems.map(presentProblem),
    sample: preview.sample.map((row) => ({ description: row.description, duplicate: row.duplicate })),
  };
}

export function presentProgress(view: BatchView): wire.Progress {
  const { batch } = view;
  const { counts } = batch;
  const isGone = batch.status === 'deleting' || batch.status === 'deleted';
  return {
    id: showId('batch', batch.id),
    name: batch.name,
    workload: batch.workload,
    version: batch.version,
    status: isGone ? 'deleted' : shownStatus(batch.status),
    total: totalOf(counts),
    processed: processedOf(counts),
    completed: counts.completed,
    failed: counts.failed,
    skipped: counts.skipped,
    cancelled: counts.cancelled,
    discovered: batch.discovered,
    expectedTotal: view.expectedTotal,
    ratePerSecond: view.ratePerSecond,
    etaSeconds: view.etaSeconds,
    current: view.current.map(presentCurrent),
    hold: presentHold(view.hold),
  };
}

function presentHold(hold: BatchView['hold']): wire.Batch['hold'] {
  return hold === null ? null : { until: iso(hold.until), ...hold.error };
}

function presentCurrent(item: CurrentItem): wire.Batch['current'][number] {
  return {
    id: showId('item', item.id),
    description: item.description,
    startedAt: iso(item.startedAt),
    ...presentStage(item.stage),
  };
}

/** Batches that are being received or deleted are not there for anyone outside. */
function shownStatus(status: BatchView['batch']['status']): wire.BatchStatus {
  switch (status) {
    case 'processing':
    case 'paused':
    case 'completed':
    case 'cancelled':
      return status;
    case 'receiving':
      return 'processing';
    case 'deleting':
    case 'deleted':
      return 'cancelled';
  }
}
