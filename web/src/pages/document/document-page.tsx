import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import type { DocumentDetail } from '#sdk/index.ts';
import { useClient } from '../../app/client.tsx';
import { documentQuery } from '../../data/documents.ts';
import { fullCount } from '../../text/counts.ts';
import { partsOf } from '../../text/documents.ts';
import { isMissing } from '../../text/problems.ts';
import { Chips } from '../../ui/chips.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { DocumentIcon } from '../../ui/icons.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { ChunkList } from './chunk-list.tsx';
import type { ChunkListProps } from './chunk-list.tsx';
import { DocumentChanges } from './document-changes.tsx';
import { DocumentActions } from './document-actions.tsx';
import classes from './document-page.module.css';
import { RestingAnswers } from './resting-answers.tsx';
import { ForScope } from '../../ui/for-scope.tsx';

/** One document: its passages, and which answers rest on it. */
export function DocumentPage() {
  const { documentId } = useParams({ from: '/documents/$documentId' });
  const { tab, chunk, paragraph } = useSearch({ from: '/documents/$documentId' });
  const { data, error, refetch } = useQuery(documentQuery(useClient(), documentId));
  if (isMissing(error)) return <Missing />;
  return (
    <>
      <PageHeader
        title={data?.name ?? ' '}
        windowTitle={data?.name ?? 'Document'}
        above={<Link to="/documents">Documents</Link>}
        lead={data !== undefined && <Lead document={data} />}
        actions={
          data !== undefined && (
            <ForScope scope="ingest">
              <DocumentActions document={data} />
            </ForScope>
          )
        }
      />
      <ProblemNote error={data === undefined ? error : null} onRetry={() => void refetch()} />
      <div className={classes['tabs']}>
        <Tabs document={data} tab={tab ?? ''} />
      </div>
      <Shown tab={tab} documentId={documentId} chunkId={chunk} paragraph={paragraph} />
    </>
  );
}

function Shown({ tab, ...place }: ChunkListProps & { readonly tab: string | undefined }) {
  if (tab === 'answers') return <RestingAnswers documentId={place.documentId} />;
  if (tab === 'changes') return <DocumentChanges documentId={place.documentId} />;
  return <ChunkList {...place} />;
}

interface TabsProps {
  readonly document: DocumentDetail | undefined;
  readonly tab: string;
}

function Tabs({ document, tab }: TabsProps) {
  const navigate = useNavigate({ from: '/documents/$documentId' });
  const counted = (count: number | undefined) => (count === undefined ? {} : { count });
  return (
    <Chips
      label="What to show"
      value={tab}
      onChange={(next) => void navigate({ search: next === '' ? {} : { tab: next }, replace: true })}
      options={[
        { value: '', label: 'Passages', ...counted(document?.chunks) },
        { value: 'answers', label: 'Answers on it', ...counted(document?.answers) },
        { value: 'changes', label: 'What changes did' },
      ]}
    />
  );
}

function Lead({ document }: { readonly document: DocumentDetail }) {
  const tags = document.tags.map((tag) => `#${tag}`);
  const parts = [...partsOf(document), `${fullCount(document.tokens)} tokens`, ...tags];
  return (
    <span className={classes['lead']}>
      {parts.map((part) => (
        <span key={part}>{part}</span>
      ))}
      <span>
        read <RelativeTime at={document.updatedAt} />
      </span>
    </span>
  );
}

function Missing() {
  return (
    <>
      <PageHeader title="Document" above={<Link to="/documents">Documents</Link>} />
      <EmptyState
        icon={<DocumentIcon />}
        title="This document is not here"
        action={<LinkButton to="/documents">All documents</LinkButton>}
      >
        It was deleted, or the link is not complete.
      </EmptyState>
    </>
  );
}
