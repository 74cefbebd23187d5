import type { Batch } from '#sdk/index.ts';
import { fullCount } from '../text/counts.ts';
import classes from './batch-progress.module.css';

const PARTS = ['completed', 'skipped', 'failed', 'cancelled'] as const;

export interface BatchProgressProps {
  readonly batch: Pick<Batch, 'counts' | 'total' | 'processed' | 'status'>;
  readonly size?: 'small' | 'large';
}

/** How far a batch is, one stripe for each way to end. */
export function BatchProgress({ batch, size = 'small' }: BatchProgressProps) {
  const { counts, total, processed, status } = batch;
  return (
    <div
      className={classes['root']}
      data-size={size}
      data-status={status}
      role="progressbar"
      aria-label="Progress"
      aria-valuemin={0}
      aria-valuemax={total}
      aria-valuenow={processed}
      aria-valuetext={`${fullCount(processed)} of ${fullCount(total)}${counts.failed > 0 ? `, ${fullCount(counts.failed)} failed` : ''}`}
    >
      {PARTS.map((part) => (
        <span
          key={part}
          className={classes['part']}
          data-part={part}
          data-empty={counts[part] === 0 || undefined}
          style={{ width: `${total === 0 ? 0 : (counts[part] / total) * 100}%` }}
        />
      ))}
    </div>
  );
}
