import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useClient } from '../../app/client.tsx';
import { restingQuery } from '../../data/documents.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { AnswersIcon } from '../../ui/icons.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { AnswerDrawer } from '../answers/answer-drawer.tsx';
import { AnswerRows } from '../answers/answer-rows.tsx';

/** The cached answers that would be looked at again if this document changed. */
export function RestingAnswers({ documentId }: { readonly documentId: string }) {
  const query = useInfiniteQuery(restingQuery(useClient(), documentId));
  const [opened, setOpened] = useState<string | null>(null);
  const answers = query.data?.pages.flatMap(({ items }) => items);
  if (answers === undefined) return <ProblemNote error={query.error} onRetry={() => void query.refetch()} />;
  if (answers.length === 0) {
    return (
      <Panel>
        <EmptyState
          icon={<AnswersIcon />}
          title="No answer rests on it yet"
          action={<LinkButton to="/warm">Warm some questions</LinkButton>}
        >
          Answers that are made from its passages are listed here: those are made again when it changes.
        </EmptyState>
      </Panel>
    );
  }
  return (
    <>
      <AnswerRows
        answers={answers}
        onOpen={setOpened}
        onEnd={query.hasNextPage && !query.isFetchingNextPage ? () => void query.fetchNextPage() : undefined}
      />
      <AnswerDrawer answerId={opened} onClose={() => setOpened(null)} onReplace={setOpened} />
    </>
  );
}
