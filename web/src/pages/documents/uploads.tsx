import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { Batch } from '#sdk/index.ts';
import { useClient } from '../../app/client.tsx';
import { batchesQuery } from '../../data/batches.ts';
import { isMoving, useLiveBatches } from '../../live/live-provider.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { Panel } from '../../ui/panel.tsx';
import { UploadCard } from './upload-card.tsx';
import type { Upload } from './use-upload.ts';

/** Failed uploads of former visits that are still shown. */
const MOST_FAILED = 2;

/** What is being read, what was sent in this visit, and what failed lately. */
export function Uploads({ uploads }: { readonly uploads: readonly Upload[] }) {
  const { data } = useInfiniteQuery(batchesQuery(useClient(), { workload: 'documents' }));
  const batches = data?.pages.flatMap(({ items }) => items) ?? [];
  useLiveBatches(batches);
  useFreshDocuments(batches);
  const isMine = ({ id }: Batch) => uploads.some(({ batchId }) => batchId === id);
  const failed = batches.filter((batch) => !isMine(batch) && !isMoving(batch) && batch.counts.failed > 0);
  const kept = new Set(failed.slice(0, MOST_FAILED));
  const shown = batches.filter((batch) => isMine(batch) || isMoving(batch) || kept.has(batch));
  if (shown.length === 0) return null;
  return (
    <Panel
      title="Uploads"
      isFlush
      aside={
        <LinkButton
          size="compact-xs"
          variant="subtle"
          color="gray"
          to="/queue"
          search={{ workload: 'documents' }}
        >
          All uploads
        </LinkButton>
      }
    >
      {shown.map((batch) => (
        <UploadCard
          key={batch.id}
          batch={batch}
          problems={uploads.find(({ batchId }) => batchId === batch.id)?.problems ?? []}
          isOpenAtFirst={isMine(batch) || isMoving(batch)}
        />
      ))}
    </Panel>
  );
}

/** A file that was read is a document: the list below follows. */
function useFreshDocuments(batches: readonly Batch[]): void {
  const queries = useQueryClient();
  const done = batches.reduce((sum, { counts }) => sum + counts.completed, 0);
  useEffect(() => {
    void queries.invalidateQueries({ queryKey: ['documents'] });
  }, [queries, done]);
}
