import { ActionIcon, Tooltip } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Batch, InputProblem, Item } from '#sdk/index.ts';
import { useClient } from '../../app/client.tsx';
import { countOf, formatBytes } from '../../text/counts.ts';
import { reasonOf } from '../../text/items.ts';
import { tell } from '../../text/problems.ts';
import { RetryIcon } from '../../ui/icons.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import classes from './file-row.module.css';
import { ForScope } from '../../ui/for-scope.tsx';

type CurrentItem = Batch['current'][number];

export interface FileRowProps {
  readonly item: Item;
  /** What is being done with it now, when that is known. */
  readonly current: CurrentItem | null;
}

/** One file of an upload: where it is, or why it failed. */
export function FileRow({ item, current }: FileRowProps) {
  const bytes = item.payload['bytes'];
  return (
    <li className={classes['root']}>
      <span className={classes['name']} title={item.description}>
        {item.description}
      </span>
      <span className={classes['size']}>{typeof bytes === 'number' && formatBytes(bytes)}</span>
      <span className={classes['state']}>
        <StatusBadge status={item.status} />
        <span className={classes['note']} data-bad={item.status === 'failed' || undefined}>
          {noteOf(item, current?.stage ?? null)}
          <Meter step={item.status === 'processing' ? (current?.step ?? null) : null} />
        </span>
      </span>
      <span className={classes['action']}>
        {item.status === 'failed' && (
          <ForScope scope="warm">
            <RetryFile item={item} />
          </ForScope>
        )}
      </span>
    </li>
  );
}

/** How far a file is at its stage, where that is counted: pages read, chunks embedded. */
function Meter({ step }: { readonly step: CurrentItem['step'] }) {
  if (step === null || step.done === null || step.total === null || step.total === 0) return null;
  return <progress className={classes['meter']} value={step.done} max={step.total} aria-label={step.name} />;
}

/** A file that the server did not take, so that it is no item. */
export function RefusedRow({ problem }: { readonly problem: InputProblem }) {
  return (
    <li className={classes['root']}>
      <span className={classes['name']}>{problem.field ?? 'A file'}</span>
      <span />
      <span className={classes['state']}>
        <StatusBadge status="failed" />
        <span className={classes['note']} data-bad>
          Not taken: {problem.message}
        </span>
      </span>
      <span />
    </li>
  );
}

function RetryFile({ item }: { readonly item: Item }) {
  const client = useClient();
  const queries = useQueryClient();
  const retry = useMutation({
    mutationFn: () => client.items.retry(item.id),
    onError: (error) =>
      notifications.show({ color: 'red', title: 'Not retried', message: tell(error).message }),
    onSettled: () => {
      for (const key of [['items', item.batchId], ['batches'], ['batch', item.batchId], ['stats']]) {
        void queries.invalidateQueries({ queryKey: key });
      }
    },
  });
  return (
    <Tooltip label="Try this file again">
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={`Retry ${item.description}`}
        loading={retry.isPending}
        onClick={() => retry.mutate()}
      >
        <RetryIcon size={16} />
      </ActionIcon>
    </Tooltip>
  );
}

function noteOf(item: Item, stage: string | null): string {
  if (item.error !== null && item.status === 'failed') return item.error.message;
  if (item.reason !== null) return reasonOf(item.reason);
  if (item.status === 'processing') return stage ?? 'received';
  const chunks = item.result?.['chunks'];
  const pages = item.result?.['pages'];
  if (typeof chunks !== 'number') return '';
  return [...(typeof pages === 'number' ? [countOf(pages, 'page')] : []), countOf(chunks, 'passage')].join(
    ', ',
  );
}
