import { Button, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { useClient } from '../../app/client.tsx';
import { answerQuery } from '../../data/answers.ts';
import { loadPart } from '../../live/load-part.ts';
import { isMissing } from '../../text/problems.ts';
import { RetryIcon, TrashIcon } from '../../ui/icons.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { SideDrawer } from '../../ui/side-drawer.tsx';
import { useLastShown } from '../../ui/use-last-shown.ts';
import classes from './answer-drawer.module.css';
import { useDropAnswers, useRefreshAnswer } from './use-answer-actions.tsx';
import { ForScope } from '../../ui/for-scope.tsx';

const AnswerDetails = lazy(async () => ({
  default: (await loadPart(() => import('./answer-details.tsx'))).AnswerDetails,
}));

export interface AnswerDrawerProps {
  readonly answerId: string | null;
  readonly onClose: () => void;
  /** Making it again may give it another id. */
  readonly onReplace: (answerId: string) => void;
}

/** One cached answer, and what can be done with it. */
export function AnswerDrawer({ answerId, onClose, onReplace }: AnswerDrawerProps) {
  const shownId = useLastShown(answerId);
  const { data, error } = useQuery({
    ...answerQuery(useClient(), shownId),
    enabled: answerId !== null,
  });
  const drop = useDropAnswers();
  const refresh = useRefreshAnswer();
  const makeAgain = () => {
    if (shownId !== '') refresh.mutate(shownId, { onSuccess: ({ id }) => onReplace(id ?? shownId) });
  };
  return (
    <SideDrawer
      isOpen={answerId !== null}
      onClose={onClose}
      title={data?.question ?? 'Answer'}
      footer={
        data !== undefined && (
          <>
            <ForScope scope="warm">
              <Button leftSection={<RetryIcon size={16} />} loading={refresh.isPending} onClick={makeAgain}>
                Make again
              </Button>
            </ForScope>
            <LinkButton variant="default" to="/ask" search={{ q: data.question }}>
              Ask it
            </LinkButton>
            <ForScope scope="warm">
              <Button
                variant="default"
                leftSection={<TrashIcon size={16} />}
                loading={drop.isPending}
                onClick={() => drop.mutate([data], { onSuccess: onClose })}
              >
                Drop
              </Button>
            </ForScope>
          </>
        )
      }
    >
      {isMissing(error) ? (
        <p className={classes['gone']}>
          This answer is no longer in the cache: it was dropped, or made again.
        </p>
      ) : (
        <ProblemNote error={data === undefined ? error : null} title="The answer could not be read" />
      )}
      {data === undefined && error === null && <Skeleton height={180} />}
      {data !== undefined && (
        <Suspense fallback={<Skeleton height={180} />}>
          <AnswerDetails key={data.id} answer={data} />
        </Suspense>
      )}
    </SideDrawer>
  );
}
