import { Skeleton } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { Chunk } from '#sdk/index.ts';
import { useClient } from '../../app/client.tsx';
import { chunksQuery } from '../../data/documents.ts';
import { EndlessList } from '../../ui/endless-list.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { ChunkView } from './chunk-view.tsx';
import classes from './chunk-list.module.css';

export interface ChunkListProps {
  readonly documentId: string;
  /** The passage to begin at, by its id, or by a paragraph in it after the document was read anew. */
  readonly chunkId: string | undefined;
  readonly paragraph: string | undefined;
}

/** The passages of a document in their order. */
export function ChunkList({ documentId, chunkId, paragraph }: ChunkListProps) {
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = useInfiniteQuery(
    chunksQuery(useClient(), documentId),
  );
  const chunks = data?.pages.flatMap(({ items }) => items) ?? [];
  const place = placeOf(chunks, chunkId, paragraph);
  const isSought = chunkId !== undefined && place === -1;
  useEffect(() => {
    // The place may lie further on.
    if (isSought && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [isSought, hasNextPage, isFetchingNextPage, fetchNextPage]);
  if (data === undefined) {
    if (error !== null) return <ProblemNote error={error} onRetry={() => void refetch()} />;
    return (
      <Panel>
        <Skeleton height={260} animate={false} />
      </Panel>
    );
  }
  return (
    <Panel isFlush>
      {isSought && !hasNextPage && (
        <p className={classes['note']}>The passage that the link names is no longer in this document.</p>
      )}
      <div className={classes['rows']}>
        <EndlessList
          items={chunks}
          keyOf={({ id }) => id}
          estimate={190}
          label="Passages"
          startAt={place === -1 ? undefined : place}
          onEnd={hasNextPage && !isFetchingNextPage ? () => void fetchNextPage() : undefined}
        >
          {(chunk, index) => <ChunkView chunk={chunk} number={index + 1} isShown={index === place} />}
        </EndlessList>
      </div>
    </Panel>
  );
}

/** -1 when it is not among those that are here. */
function placeOf(
  chunks: readonly Chunk[],
  chunkId: string | undefined,
  paragraph: string | undefined,
): number {
  const byId = chunks.findIndex(({ id }) => id === chunkId);
  if (byId !== -1 || paragraph === undefined) return byId;
  return chunks.findIndex(({ paragraphs }) => paragraphs.includes(paragraph));
}
