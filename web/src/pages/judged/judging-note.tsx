import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Judging } from '#sdk/index.ts';
import { useClient } from '../../app/client.tsx';
import { judgingQuery } from '../../data/judgements.ts';
import { countOf, fullCount } from '../../text/counts.ts';
import { tell } from '../../text/problems.ts';
import { ForScope } from '../../ui/for-scope.tsx';
import { Panel } from '../../ui/panel.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import classes from './judging-note.module.css';

/** How many chosen answers wait for the judge, how many it could not judge, and why. Nothing while there are none. */
export function JudgingNote() {
  const client = useClient();
  const { data: state } = useQuery(judgingQuery(client));
  if (state === undefined || (state.waiting === 0 && state.failed === 0)) return null;
  return (
    <Panel>
      <div className={classes['root']}>
        <div className={classes['words']}>
          <p className={classes['line']}>{summaryOf(state)}</p>
          {state.troubles.map(({ code, why, waiting, failed }) => (
            <p key={code} className={classes['why']}>
              <b>{fullCount(waiting + failed)}</b> {why}
            </p>
          ))}
          {state.nextAt !== null && state.troubles.length > 0 && (
            <p className={classes['next']}>
              Next try <RelativeTime at={state.nextAt} />
            </p>
          )}
        </div>
        {state.failed > 0 && <RetryButton />}
      </div>
    </Panel>
  );
}

function summaryOf({ waiting, failed }: Judging): string {
  const waits = `${countOf(waiting, 'answer waits', 'answers wait')} for the judge`;
  const could = `${countOf(failed, 'answer')} could not be judged`;
  if (failed === 0) return waits;
  return waiting === 0 ? could : `${waits}, ${could}`;
}

function RetryButton() {
  const client = useClient();
  const queries = useQueryClient();
  const retry = useMutation({
    mutationFn: () => client.answers.retryJudging(),
    onSuccess: () => void queries.invalidateQueries({ queryKey: ['judged'] }),
    onError: (error) =>
      notifications.show({ color: 'red', title: 'Not tried again', message: tell(error).message }),
  });
  return (
    <ForScope scope="warm">
      <Button size="xs" variant="default" loading={retry.isPending} onClick={() => retry.mutate()}>
        Try again
      </Button>
    </ForScope>
  );
}
