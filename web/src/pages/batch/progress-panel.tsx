import { Button } from '@mantine/core';
import { useState } from 'react';
import type { Batch } from '#sdk/index.ts';
import { useSteer } from '../../data/steer.ts';
import { holdInWords, isEnded, itemsOf, summaryOf } from '../../text/batches.ts';
import { countOf, formatRate, fullCount, percent } from '../../text/counts.ts';
import { formatDuration, formatRemaining } from '../../text/times.ts';
import { BatchProgress } from '../../ui/batch-progress.tsx';
import { useNow } from '../../ui/clock.ts';
import { RetryIcon } from '../../ui/icons.tsx';
import { Panel } from '../../ui/panel.tsx';
import { BatchBadge } from '../../ui/status-badge.tsx';
import { CurrentItems } from './current-items.tsx';
import classes from './progress-panel.module.css';

/** How far a batch is, as large as it deserves. Its height stays the same from the first item to the last. */
export function ProgressPanel({ batch }: { readonly batch: Batch }) {
  const steer = useSteer();
  // What was running leaves its place free when it ends, so that nothing below moves.
  const [wasMoving] = useState(!isEnded(batch));
  const share = batch.total === 0 ? 0 : batch.processed / batch.total;
  return (
    <div className={classes['root']}>
      <Panel>
        <div className={classes['top']}>
          <div className={classes['share']}>{percent(share > 0.99 && share < 1 ? 0.99 : share)}</div>
          <div className={classes['words']}>
            <BatchBadge batch={batch} />
            <div className={classes['summary']} aria-live="polite">
              {isEnded(batch)
                ? summaryOf(batch)
                : `${fullCount(batch.processed)} of ${fullCount(batch.total)} ${itemsOf(batch.workload, batch.total)}`}
            </div>
          </div>
          {batch.counts.failed > 0 && (
            <Button
              variant="light"
              leftSection={<RetryIcon size={16} />}
              loading={steer.isPending && steer.variables.verb === 'retry'}
              onClick={() => steer.mutate({ verb: 'retry', batch })}
            >
              Retry {countOf(batch.counts.failed, 'failed item')}
            </Button>
          )}
        </div>
        <BatchProgress batch={batch} size="large" />
        {batch.hold !== null && (
          <p className={classes['hold']} role="status">
            {holdInWords(batch.hold, Date.now())}
          </p>
        )}
        <div className={classes['below']} data-roomy={wasMoving || !isEnded(batch) || undefined}>
          <Figures batch={batch} />
          <CurrentItems batch={batch} />
        </div>
      </Panel>
    </div>
  );
}

function Figures({ batch }: { readonly batch: Batch }) {
  const now = useNow();
  const ranMs = ranMsOf(batch, now);
  const rate = isEnded(batch) ? averageOf(batch, ranMs) : currentRateOf(batch);
  return (
    <dl className={classes['figures']}>
      <Figure
        label={isEnded(batch) ? 'Took' : 'Running for'}
        value={ranMs === null ? '–' : formatDuration(Math.max(1, ranMs))}
      />
      <Figure
        label={isEnded(batch) ? 'Average rate' : 'Rate'}
        value={rate === null || rate === 0 ? '–' : formatRate(rate)}
      />
      <Figure label="Time left" value={remainingOf(batch)} />
    </dl>
  );
}

/** How long it has run; null before its first item. */
function ranMsOf(batch: Batch, now: number): number | null {
  const { startedAt, endedAt } = batch;
  if (startedAt === null) return null;
  // The last event comes a moment before the time of the end; until then the shared clock is seconds behind.
  const soFar = isEnded(batch) ? Date.now() : now;
  return (endedAt === null ? soFar : Date.parse(endedAt)) - Date.parse(startedAt);
}

function averageOf({ counts }: Batch, ranMs: number | null): number | null {
  return ranMs === null || ranMs <= 0 ? null : (counts.completed + counts.failed) / (ranMs / 1_000);
}

function currentRateOf({ status, ratePerSecond }: Batch): number | null {
  return status === 'paused' ? null : ratePerSecond;
}

function remainingOf(batch: Batch): string {
  const { etaSeconds } = batch;
  if (isEnded(batch)) return 'done';
  if (batch.status === 'paused') return 'paused';
  return etaSeconds === null ? '–' : formatRemaining(etaSeconds);
}

function Figure({ label, value }: { readonly label: string; readonly value: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}
