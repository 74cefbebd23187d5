import { Link } from '@tanstack/react-router';
import type { Batch } from '#sdk/index.ts';
import { isEnded } from '../../text/batches.ts';
import classes from './current-items.module.css';

const MOST_SHOWN = 3;

/** What is being worked on this moment. */
export function CurrentItems({ batch }: { readonly batch: Batch }) {
  const { current, status } = batch;
  if (isEnded(batch)) return null;
  const shown = current.slice(0, MOST_SHOWN);
  return (
    <div className={classes['root']}>
      <div className={classes['label']}>
        Right now
        {current.length > MOST_SHOWN && <span> · and {batch.counts.processing - MOST_SHOWN} more</span>}
      </div>
      <ul className={classes['list']}>
        {shown.map((item) => (
          <li key={item.id}>
            <Link
              to="/queue/$batchId"
              params={{ batchId: batch.id }}
              search={(before) => ({ ...before, item: item.id })}
              resetScroll={false}
            >
              {item.description}
            </Link>
            {item.stage !== null && <span className={classes['stage']}>{item.stage}</span>}
          </li>
        ))}
        {shown.length === 0 && (
          <li className={classes['none']}>
            {status === 'paused' ? 'Nothing: the batch is paused' : 'Waiting for the next one to start'}
          </li>
        )}
      </ul>
    </div>
  );
}
