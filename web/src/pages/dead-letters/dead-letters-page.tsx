import { Button, Skeleton } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { RetryDeadLetters } from '#sdk/index.ts';
import { useClient } from '../../app/client.tsx';
import { deadLettersQuery, type DeadLetterFilter } from '../../data/dead-letters.ts';
import { useOperation } from '../../data/operations.ts';
import { shortCount } from '../../text/counts.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { CheckIcon, RetryIcon } from '../../ui/icons.tsx';
import { OperationStrip } from '../../ui/operation-strip.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import classes from './dead-letters-page.module.css';
import { ErrorGroups } from './error-groups.tsx';
import { FailedDrawer } from './failed-drawer.tsx';
import { FailedItems } from './failed-items.tsx';
import { ForScope } from '../../ui/for-scope.tsx';

/** What failed for good, by its cause, and the ways out. */
export function DeadLettersPage() {
  const client = useClient();
  const { error, text, item } = useSearch({ from: '/dead-letters' });
  const navigate = useNavigate({ from: '/dead-letters' });
  const filter = filterOf(error, text);
  const query = useInfiniteQuery({ ...deadLettersQuery(client, filter), placeholderData: keepPreviousData });
  const { operation, start, dismiss } = useOperation();
  const groups = query.data?.pages[0]?.groups;
  const total = groups?.reduce((sum, { count }) => sum + count, 0) ?? 0;
  const isBusy = operation?.status === 'processing';
  const retry = (which: RetryDeadLetters) => start(() => client.deadLetters.retry(which));
  const close = () => {
    void navigate({ search: ({ item: _closed, ...others }) => others, replace: true, resetScroll: false });
  };
  return (
    <>
      <PageHeader
        title="Dead letters"
        lead="Items that used up every attempt, or failed in a way that trying again does not cure by itself."
        actions={
          total > 0 && (
            <ForScope scope="warm">
              <Button leftSection={<RetryIcon size={16} />} disabled={isBusy} onClick={() => retry({})}>
                Retry all {shortCount(total)}
              </Button>
            </ForScope>
          )
        }
      />
      <OperationStrip operation={operation} onDismiss={dismiss} />
      {groups === undefined && <Unknown error={query.error} onRetry={() => void query.refetch()} />}
      {groups?.length === 0 && <AllWell />}
      {groups !== undefined && groups.length > 0 && (
        <div className={classes['stack']}>
          <ErrorGroups
            groups={groups}
            shown={error}
            isBusy={isBusy}
            onRetry={(code) => retry({ error: code })}
            onDelete={(code) =>
              start({ on: 'items', action: 'delete', filter: { itemStatus: 'failed', error: code } })
            }
          />
          <FailedItems filter={filter} query={query} />
        </div>
      )}
      <FailedDrawer itemId={item} onClose={close} />
    </>
  );
}

function filterOf(error: string | undefined, text: string | undefined): DeadLetterFilter {
  return { ...(error === undefined ? {} : { error }), ...(text === undefined ? {} : { text }) };
}

function AllWell() {
  return (
    <Panel>
      <EmptyState icon={<CheckIcon />} title="No dead letters">
        Everything that was submitted went through, or still has attempts left. What fails for good comes
        here, grouped by its cause.
      </EmptyState>
    </Panel>
  );
}

function Unknown({ error, onRetry }: { readonly error: unknown; readonly onRetry: () => void }) {
  if (error !== null) return <ProblemNote error={error} onRetry={onRetry} />;
  return (
    <Panel>
      {[0, 1, 2].map((row) => (
        <Skeleton key={row} height={18} my={22} radius="sm" width={`${80 - row * 14}%`} animate={false} />
      ))}
    </Panel>
  );
}
