import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { Answer, PreheatClient, PurgeQuery } from '#sdk/index.ts';
import { useClient } from '../../app/client.tsx';
import { countOf } from '../../text/counts.ts';
import { tell } from '../../text/problems.ts';
import { Offer } from '../../ui/offer.tsx';

/** Requests at once when many answers are dropped one by one. */
const AT_ONCE = 6;

/** Makes answers anew, in a batch of their questions. */
export function useWarmAgain() {
  const client = useClient();
  const queries = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (questions: readonly string[]) => warm(client, questions),
    onSuccess: (batch) => {
      void queries.invalidateQueries({ queryKey: ['batches'] });
      const watch = () => void navigate({ to: '/queue/$batchId', params: { batchId: batch.id } });
      notifications.show({
        title: `Warming ${countOf(batch.total, 'question')} again`,
        message: <Offer onTake={watch}>Watch</Offer>,
      });
    },
    onError: sayNotDone('Not queued'),
  });
}

/** Drops answers at once, without a question: they can be made again, and that is offered. */
export function useDropAnswers() {
  const client = useClient();
  const settle = useSettle();
  const warmAgain = useWarmAgain();
  return useMutation({
    mutationFn: (answers: readonly Answer[]) => dropEach(client, answers),
    onSuccess: (_done, answers) => {
      const undo = () => warmAgain.mutate(answers.map(({ question }) => question));
      notifications.show({
        title: answers.length === 1 ? 'Dropped' : `${countOf(answers.length, 'answer')} dropped`,
        message: <Offer onTake={undo}>{answers.length === 1 ? 'Make it again' : 'Make them again'}</Offer>,
      });
    },
    onError: sayNotDone('Not dropped'),
    onSettled: settle,
  });
}

/** Drops everything that matches. */
export function usePurge() {
  const client = useClient();
  const settle = useSettle();
  return useMutation({
    mutationFn: (which: PurgeQuery) => client.answers.purge(which),
    onSuccess: ({ dropped }) =>
      notifications.show({
        title: `${countOf(dropped, 'answer')} dropped`,
        message: 'They are made again when somebody asks.',
      }),
    onError: sayNotDone('Not dropped'),
    onSettled: settle,
  });
}

/** Makes one answer anew, now. */
export function useRefreshAnswer() {
  const client = useClient();
  const queries = useQueryClient();
  const settle = useSettle();
  return useMutation({
    mutationFn: (answerId: string) => client.answers.refresh(answerId),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['answer'] }),
    onError: sayNotDone('Not made again'),
    onSettled: settle,
  });
}

/** Brings what shows answers up to date; not one that is open, which may be gone now. */
function useSettle(): () => void {
  const queries = useQueryClient();
  return () => {
    for (const key of ['answers', 'document', 'stats']) void queries.invalidateQueries({ queryKey: [key] });
  };
}

function warm(client: PreheatClient, questions: readonly string[]) {
  return client.batches.submit({
    workload: 'answers',
    items: [...questions],
    name: 'Warmed again',
    source: 'typed',
    options: { refresh: true },
  });
}

/** The wire drops one answer, or all that match a filter; a selection goes one by one. */
async function dropEach(client: PreheatClient, answers: readonly Answer[]): Promise<void> {
  for (let from = 0; from < answers.length; from += AT_ONCE) {
    await Promise.all(answers.slice(from, from + AT_ONCE).map(({ id }) => client.answers.delete(id)));
  }
}

function sayNotDone(title: string) {
  return (error: unknown) => {
    notifications.show({ color: 'red', title, message: tell(error).message });
  };
}
