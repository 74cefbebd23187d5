import { countOf } from '../../text/counts.ts';
import type { Worker } from '#sdk/index.ts';
import { useNow } from '../../ui/clock.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { AlertIcon } from '../../ui/icons.tsx';
import { Panel } from '../../ui/panel.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { Badge } from '../../ui/status-badge.tsx';
import { DrainButton } from './drain-button.tsx';
import classes from './workers-panel.module.css';
import { ForScope } from '../../ui/for-scope.tsx';

/** The processes that work on items. */
export function WorkersPanel({ workers }: { readonly workers: readonly Worker[] }) {
  return (
    <Panel title={countOf(workers.length, 'worker')} isFlush>
      {workers.length === 0 ? (
        <EmptyState icon={<AlertIcon />} title="No process is at work">
          What is queued waits. A server works by itself; start one with <code>preheat serve</code>.
        </EmptyState>
      ) : (
        <ul className={classes['list']}>
          {workers.map((worker) => (
            <WorkerRow key={worker.id} worker={worker} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

function WorkerRow({ worker }: { readonly worker: Worker }) {
  const isLate = Date.parse(worker.leaseUntil) < useNow();
  return (
    <li className={classes['worker']}>
      <div className={classes['words']}>
        <span className={classes['host']}>{worker.host}</span>
        <span className={classes['meta']}>
          <span>
            {worker.role}, process {worker.pid}
          </span>
          <span>{worker.version}</span>
          <span>
            started <RelativeTime at={worker.startedAt} />
          </span>
        </span>
      </div>
      <span className={classes['hand']}>
        {worker.itemsInHand === 0 ? 'nothing in hand' : `${countOf(worker.itemsInHand, 'item')} in hand`}
      </span>
      <span className={classes['beat']}>
        seen <RelativeTime at={worker.heartbeatAt} />
      </span>
      <WorkerState isLate={isLate} isDraining={worker.isDraining} isBusy={worker.itemsInHand > 0} />
      <ForScope scope="admin">
        <DrainButton worker={worker} />
      </ForScope>
    </li>
  );
}

/** A lease that ran out means that the process is gone, or that it hangs. */
function WorkerState({
  isLate,
  isDraining,
  isBusy,
}: {
  readonly isLate: boolean;
  readonly isDraining: boolean;
  readonly isBusy: boolean;
}) {
  if (isLate) return <Badge tone="bad">Silent</Badge>;
  if (isDraining) return <Badge tone="heat">Draining</Badge>;
  return isBusy ? (
    <Badge tone="heat" isBusy>
      At work
    </Badge>
  ) : (
    <Badge tone="good">Ready</Badge>
  );
}
