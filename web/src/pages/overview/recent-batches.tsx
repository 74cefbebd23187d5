import { Link } from '@tanstack/react-router';
import type { Batch } from '#sdk/index.ts';
import { isMoving, useLiveBatches } from '../../live/live-provider.tsx';
import { BatchMenu } from '../../ui/batch-menu.tsx';
import { BatchRow } from '../../ui/batch-row.tsx';
import { Panel } from '../../ui/panel.tsx';
import classes from './recent-batches.module.css';

const MOST_RUNNING = 8;
const MOST_ENDED = 5;

/** What runs, live; the latest ones while nothing does. Undefined until the server has answered. */
export function RecentBatches({ batches = NONE }: { readonly batches: readonly Batch[] | undefined }) {
  const running = batches.filter(isMoving);
  const isRunning = running.length > 0;
  const shown = isRunning ? running.slice(0, MOST_RUNNING) : batches.slice(0, MOST_ENDED);
  useLiveBatches(shown);
  return (
    <Panel
      title={isRunning ? 'In hand' : 'Latest batches'}
      aside={
        <Link to="/queue" className={classes['all']}>
          See all
        </Link>
      }
      isFlush
    >
      {shown.length === 0 ? (
        <div className={classes['none']}>{batches === NONE ? '' : 'Nothing has been queued yet.'}</div>
      ) : (
        <ul className={classes['list']}>
          {shown.map((batch) => (
            <BatchRow key={batch.id} batch={batch} after={<BatchMenu batch={batch} />} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

const NONE: readonly Batch[] = [];
