import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import type { Batch } from '#sdk/index.ts';
import { useClient } from '../../app/client.tsx';
import { batchQuery } from '../../data/batches.ts';
import { useOperation } from '../../data/operations.ts';
import { loadPart } from '../../live/load-part.ts';
import { useLiveBatches } from '../../live/live-provider.tsx';
import { sourceOf, titleOf } from '../../text/batches.ts';
import { isMissing } from '../../text/problems.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { OperationStrip } from '../../ui/operation-strip.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { QueueIcon } from '../../ui/icons.tsx';
import { BatchActions } from './batch-actions.tsx';
import { ItemsPanel } from './items-panel.tsx';
import { ProgressPanel } from './progress-panel.tsx';
import classes from './batch-page.module.css';

/* Forms that most visits do without. */
/** Loaded beside the page, not with it: nobody opens an item before the page is there. */
const ItemDrawer = lazy(async () => ({
  default: (await loadPart(() => import('./item-drawer.tsx'))).ItemDrawer,
}));
const DiscoveryTree = lazy(async () => ({
  default: (await loadPart(() => import('./discovery-tree.tsx'))).DiscoveryTree,
}));
const AddItems = lazy(async () => ({ default: (await loadPart(() => import('./add-items.tsx'))).AddItems }));
const ChangeBatch = lazy(async () => ({
  default: (await loadPart(() => import('./change-batch.tsx'))).ChangeBatch,
}));

/** One batch: how far it is, and each of its items. */
export function BatchPage() {
  const client = useClient();
  const { batchId } = useParams({ from: '/queue/$batchId' });
  const { data: batch, error, refetch } = useQuery(batchQuery(client, batchId));
  useLiveBatches(batch === undefined ? [] : [batch]);
  if (isMissing(error)) return <Gone />;
  if (batch === undefined) {
    return (
      <>
        <PageHeader title="Batch" above={<BackLink />} />
        <ProblemNote error={error} onRetry={() => void refetch()} />
      </>
    );
  }
  return <KnownBatch key={batch.id} batch={batch} />;
}

function KnownBatch({ batch }: { readonly batch: Batch }) {
  const operation = useOperation();
  const [open, setOpen] = useState<'add' | 'change' | null>(null);
  const close = () => setOpen(null);
  return (
    <>
      <PageHeader
        title={titleOf(batch)}
        above={<BackLink />}
        lead={<Facts batch={batch} />}
        actions={
          <BatchActions batch={batch} onAdd={() => setOpen('add')} onChange={() => setOpen('change')} />
        }
      />
      <ProgressPanel batch={batch} />
      <OperationStrip operation={operation.operation} onDismiss={operation.dismiss} />
      {batch.workload === 'catalogue' && (
        <Suspense fallback={null}>
          <DiscoveryTree batch={batch} />
        </Suspense>
      )}
      <ItemsPanel batch={batch} onOperation={operation.start} />
      <Suspense fallback={null}>
        <ItemDrawer batch={batch} />
      </Suspense>
      <Suspense fallback={null}>
        {open === 'add' && <AddItems batch={batch} onClose={close} />}
        {open === 'change' && <ChangeBatch batch={batch} onClose={close} />}
      </Suspense>
    </>
  );
}

function Facts({ batch }: { readonly batch: Batch }) {
  return (
    <div className={classes['facts']}>
      <span>{WORKLOADS[batch.workload] ?? batch.workload}</span>
      <span>
        {sourceOf(batch)}
        {batch.name !== null && batch.source.detail !== null && `: ${batch.source.detail}`}
      </span>
      <span>
        <RelativeTime at={batch.createdAt} />
      </span>
      {batch.priority !== 0 && <span>Priority {batch.priority}</span>}
      {batch.paceMs > 0 && <span>One each {batch.paceMs / 1_000} s</span>}
      {batch.concurrency !== null && <span>At most {batch.concurrency} at once</span>}
      {batch.options['refresh'] === true && <span>Every answer anew</span>}
      {batch.requestId !== null && (
        <span title="The call that made it; the server’s log and the models’ own find it by this id">
          Request <code>{batch.requestId}</code>
        </span>
      )}
      {batch.round > 0 && <span>Round {batch.round + 1}</span>}
    </div>
  );
}

const WORKLOADS: Readonly<Record<string, string>> = {
  answers: 'Answers',
  documents: 'Documents',
  catalogue: 'Catalogue',
};

function BackLink() {
  return <Link to="/queue">Queue</Link>;
}

function Gone() {
  return (
    <>
      <PageHeader title="Batch" above={<BackLink />} />
      <EmptyState
        icon={<QueueIcon />}
        title="This batch is not there"
        action={<LinkButton to="/queue">See all batches</LinkButton>}
      >
        It was deleted, or the address is misspelt.
      </EmptyState>
    </>
  );
}
