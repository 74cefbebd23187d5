import { Button, Skeleton } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useState } from 'react';
import type { Document } from '#sdk/index.ts';
import { useClient } from '../../app/client.tsx';
import { documentsQuery } from '../../data/documents.ts';
import { useMay } from '../../data/may.ts';
import { statsQuery } from '../../data/system.ts';
import { countOf } from '../../text/counts.ts';
import { ConfirmDialog } from '../../ui/confirm-button.tsx';
import { DocumentTabs } from '../../ui/document-tabs.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { EndlessList } from '../../ui/endless-list.tsx';
import { DocumentIcon, SearchIcon } from '../../ui/icons.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import { DocumentRow } from './document-row.tsx';
import classes from './documents-page.module.css';
import { FileDrop } from './file-drop.tsx';
import { Uploads } from './uploads.tsx';
import { DELETE_CONSEQUENCE, useDeleteDocument } from './use-delete-document.ts';
import { useUpload } from './use-upload.ts';
import { ForScope } from '../../ui/for-scope.tsx';

/** The files that answers rest on: dropped in here, and watched until they can be asked about. */
export function DocumentsPage() {
  const { data, error } = useQuery(statsQuery(useClient()));
  const total = data?.documents.total;
  return (
    <>
      <PageHeader title="Documents" lead="The files that answers are made from, and nothing else." />
      <DocumentTabs />
      {total === undefined && error === null ? <Placeholder /> : <Documents total={total} />}
    </>
  );
}

function Documents({ total }: { readonly total: number | undefined }) {
  const { text } = useSearch({ from: '/documents' });
  const navigate = useNavigate({ from: '/documents' });
  const uploading = useUpload();
  const mayIngest = useMay('ingest');
  // Decided once: nothing shrinks under the pointer when the first document is there.
  const [wasEmpty] = useState(total === 0);
  const search = useCallback(
    (next: string) => void navigate({ search: next === '' ? {} : { text: next }, replace: true }),
    [navigate],
  );
  return (
    <div className={classes['stack']}>
      {mayIngest && <FileDrop uploading={uploading} isLarge={wasEmpty} />}
      <ProblemNote error={uploading.error} title="Nothing was added" />
      <Uploads uploads={uploading.uploads} />
      {total === 0 && uploading.uploads.length === 0 && (
        <Nothing isBusy={uploading.isSending} onSample={uploading.sendHandbook} />
      )}
      {total !== 0 && (
        <section>
          <div className={classes['bar']}>
            <h2 className={classes['count']}>{total !== undefined && countOf(total, 'document')}</h2>
            <div className={classes['search']}>
              <SearchBox label="Search names" value={text ?? ''} onChange={search} />
            </div>
          </div>
          <DocumentList text={text} />
          <p className={classes['hint']}>
            To keep a folder in step: <code>preheat ingest --watch folder/</code>
          </p>
        </section>
      )}
    </div>
  );
}

function DocumentList({ text }: { readonly text: string | undefined }) {
  const query = useInfiniteQuery({ ...documentsQuery(useClient(), text), placeholderData: keepPreviousData });
  const [asked, setAsked] = useState<Document | null>(null);
  const remove = useDeleteDocument();
  if (query.data === undefined) {
    if (query.error === null) return <Placeholder />;
    return <ProblemNote error={query.error} onRetry={() => void query.refetch()} />;
  }
  const documents = query.data.pages.flatMap(({ items }) => items);
  if (documents.length === 0) return <NoMatch />;
  return (
    <Panel isFlush>
      <div className={classes['rows']}>
        <EndlessList
          items={documents}
          keyOf={({ id }) => id}
          estimate={65}
          label="Documents"
          onEnd={
            query.hasNextPage && !query.isFetchingNextPage ? () => void query.fetchNextPage() : undefined
          }
        >
          {(document) => <DocumentRow document={document} onDelete={setAsked} />}
        </EndlessList>
      </div>
      <ConfirmDialog
        isOpen={asked !== null}
        onClose={() => setAsked(null)}
        question={`Delete ${asked?.name ?? 'it'}?`}
        consequence={DELETE_CONSEQUENCE}
        verb="Delete"
        onConfirm={() => asked !== null && remove.mutate(asked)}
      />
    </Panel>
  );
}

function NoMatch() {
  return (
    <Panel>
      <EmptyState
        icon={<SearchIcon />}
        title="No document matches"
        action={
          <LinkButton variant="default" to="/documents" search={{}}>
            Show all documents
          </LinkButton>
        }
      >
        Names are searched here. To search what is in them, ask.
      </EmptyState>
    </Panel>
  );
}

function Nothing({ isBusy, onSample }: { readonly isBusy: boolean; readonly onSample: () => void }) {
  return (
    <EmptyState
      icon={<DocumentIcon />}
      title="No documents yet"
      action={
        <ForScope scope="ingest">
          <Button loading={isBusy} onClick={onSample}>
            Try the sample handbook
          </Button>
        </ForScope>
      }
    >
      Drop files above. Or take the handbook of a company that does not exist: 14 files with enough in them to
      ask about.
    </EmptyState>
  );
}

function Placeholder() {
  return (
    <Panel>
      {[0, 1, 2, 3, 4].map((row) => (
        <Skeleton key={row} height={18} my={24} radius="sm" width={`${70 - row * 7}%`} animate={false} />
      ))}
    </Panel>
  );
}
