import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Batch } from '#sdk/index.ts';
import { isEnded, sourceOf, summaryOf, titleOf, workloadName } from '../text/batches.ts';
import { formatRate, fullCount } from '../text/counts.ts';
import { formatDuration, formatRemaining } from '../text/times.ts';
import { BatchProgress } from './batch-progress.tsx';
import classes from './batch-row.module.css';
import { RelativeTime } from './relative-time.tsx';
import { BatchBadge } from './status-badge.tsx';

export interface BatchRowProps {
  readonly batch: Batch;
  readonly before?: ReactNode;
  readonly after?: ReactNode;
}

/** One batch of a list; its counts move by themselves when the list is live. */
export function BatchRow({ batch, before, after }: BatchRowProps) {
  return (
    <li className={classes['root']} data-has-before={Boolean(before) || undefined}>
      {Boolean(before) && <div className={classes['before']}>{before}</div>}
      <div className={classes['words']}>
        <Link to="/queue/$batchId" params={{ batchId: batch.id }} className={classes['title']}>
          {titleOf(batch)}
        </Link>
        <div className={classes['meta']}>
          <span>{workloadName(batch.workload)}</span>
          <span>{sourceOf(batch)}</span>
          <RelativeTime at={batch.createdAt} />
          {batch.priority !== 0 && <span>{batch.priority > 0 ? 'High priority' : 'Low priority'}</span>}
        </div>
      </div>
      <div className={classes['progress']}>
        <BatchProgress batch={batch} />
        <div className={classes['counts']}>
          <span>
            {isEnded(batch) ? summaryOf(batch) : `${fullCount(batch.processed)} of ${fullCount(batch.total)}`}
          </span>
          <Pace batch={batch} />
        </div>
      </div>
      <div className={classes['status']}>
        <BatchBadge batch={batch} />
      </div>
      {after !== undefined && <div className={classes['after']}>{after}</div>}
    </li>
  );
}

/** Rate and time left while it runs; how long it took after that. */
function Pace({ batch }: { readonly batch: Batch }) {
  if (isEnded(batch)) {
    const took =
      batch.startedAt === null || batch.endedAt === null
        ? null
        : Date.parse(batch.endedAt) - Date.parse(batch.startedAt);
    return took === null ? null : <span>{formatDuration(took)}</span>;
  }
  if (batch.counts.failed > 0)
    return <span className={classes['failed']}>{fullCount(batch.counts.failed)} failed</span>;
  if (batch.hold !== null) return <span className={classes['failed']}>waits: {batch.hold.message}</span>;
  if (batch.status !== 'processing' || batch.ratePerSecond === null) return null;
  return (
    <span>
      {formatRate(batch.ratePerSecond)}
      {batch.etaSeconds !== null && ` · ${formatRemaining(batch.etaSeconds)} left`}
    </span>
  );
}
