import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Batch, InputProblem, PreheatClient } from '#sdk/index.ts';
import { useClient } from '../../app/client.tsx';
import { useSteer } from '../../data/steer.ts';
import { isMoving } from '../../live/live-provider.tsx';
import { isEnded, summaryOf, titleOf } from '../../text/batches.ts';
import { fullCount } from '../../text/counts.ts';
import { BatchProgress } from '../../ui/batch-progress.tsx';
import { DownIcon, RetryIcon } from '../../ui/icons.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { FileRow, RefusedRow } from './file-row.tsx';
import classes from './upload-card.module.css';
import { ForScope } from '../../ui/for-scope.tsx';

/** Rows of one card; the rest is on the batch's own page. */
const MOST_ROWS = 50;

export interface UploadCardProps {
  readonly batch: Batch;
  readonly problems: readonly InputProblem[];
  /** Uploads of this visit show their files without being asked. */
  readonly isOpenAtFirst: boolean;
}

/** An upload and how far each of its files is. */
export function UploadCard({ batch, problems, isOpenAtFirst }: UploadCardProps) {
  const [isOpen, setIsOpen] = useState(isOpenAtFirst);
  const steer = useSteer();
  const canRetry = batch.counts.failed > 0 && isEnded(batch);
  return (
    <article className={classes['root']}>
      <div className={classes['head']}>
        <div className={classes['words']}>
          <Link to="/queue/$batchId" params={{ batchId: batch.id }} className={classes['title']}>
            {titleOf(batch)}
          </Link>
          <span className={classes['meta']}>
            <Summary batch={batch} />
            <RelativeTime at={batch.createdAt} />
          </span>
        </div>
        {canRetry && (
          <ForScope scope="warm">
            <Button
              size="xs"
              variant="default"
              leftSection={<RetryIcon size={15} />}
              loading={steer.isPending}
              onClick={() => steer.mutate({ verb: 'retry', batch })}
            >
              Retry failed
            </Button>
          </ForScope>
        )}
        <Button
          size="xs"
          variant="subtle"
          color="gray"
          aria-expanded={isOpen}
          onClick={() => setIsOpen(!isOpen)}
          rightSection={
            <span className={classes['turn']} data-open={isOpen || undefined}>
              <DownIcon size={14} />
            </span>
          }
        >
          Files
        </Button>
      </div>
      <div className={classes['bar']}>
        <BatchProgress batch={batch} />
      </div>
      {isOpen && <Files batch={batch} problems={problems} />}
    </article>
  );
}

function Summary({ batch }: { readonly batch: Batch }) {
  if (isEnded(batch)) return <span data-bad={batch.counts.failed > 0 || undefined}>{summaryOf(batch)}</span>;
  return (
    <span>
      {fullCount(batch.processed)} of {fullCount(batch.total)} done
    </span>
  );
}

function Files({ batch, problems }: Pick<UploadCardProps, 'batch' | 'problems'>) {
  const client = useClient();
  const { data } = useQuery({
    queryKey: ['items', batch.id, 'files'],
    queryFn: ({ signal }) => listFiles(client, batch.id, signal),
    // Events bring the stage of what runs; which file has ended is in the list.
    refetchInterval: isMoving(batch) ? 600 : false,
  });
  const more = batch.total - (data?.length ?? batch.total);
  return (
    <ul className={classes['files']}>
      {problems.map((problem, index) => (
        <RefusedRow key={index} problem={problem} />
      ))}
      {data?.map((item) => (
        <FileRow key={item.id} item={item} current={batch.current.find(({ id }) => id === item.id) ?? null} />
      ))}
      {more > 0 && (
        <li className={classes['more']}>
          <Link to="/queue/$batchId" params={{ batchId: batch.id }}>
            and {fullCount(more)} more
          </Link>
        </li>
      )}
    </ul>
  );
}

/** Failed ones first: they are why somebody looks. */
async function listFiles(client: PreheatClient, batchId: string, signal: AbortSignal) {
  const [failed, first] = await Promise.all([
    client.batches.items(batchId, { limit: MOST_ROWS, status: 'failed' }, { signal }),
    client.batches.items(batchId, { limit: MOST_ROWS }, { signal }),
  ]);
  const others = first.items.filter(({ status }) => status !== 'failed');
  return [...failed.items, ...others].slice(0, MOST_ROWS);
}
