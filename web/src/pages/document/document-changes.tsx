import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { CorpusChange, TouchedAnswer } from '#sdk/index.ts';
import { useClient } from '../../app/client.tsx';
import { changesQuery, touchedQuery } from '../../data/changes.ts';
import { countOf } from '../../text/counts.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { AnswersIcon } from '../../ui/icons.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { AnswerDrawer } from '../answers/answer-drawer.tsx';
import classes from './document-changes.module.css';

/** What each change of this document did to the cached answers. */
export function DocumentChanges({ documentId }: { readonly documentId: string }) {
  const query = useInfiniteQuery(changesQuery(useClient(), documentId));
  const [opened, setOpened] = useState<string | null>(null);
  const changes = query.data?.pages.flatMap(({ items }) => items);
  if (changes === undefined) return <ProblemNote error={query.error} onRetry={() => void query.refetch()} />;
  if (changes.length === 0) {
    return (
      <Panel>
        <EmptyState icon={<AnswersIcon />} title="Nothing is known of its changes">
          From its next change on, this page tells which answers it touched, and what became of them.
        </EmptyState>
      </Panel>
    );
  }
  return (
    <>
      <Panel isFlush>
        <ul className={classes['changes']} aria-label="Changes">
          {changes.map((change) => (
            <ChangeRow key={change.id} change={change} onOpen={setOpened} />
          ))}
        </ul>
        {query.hasNextPage && (
          <div className={classes['more']}>
            <Button variant="default" onClick={() => void query.fetchNextPage()}>
              Earlier changes
            </Button>
          </div>
        )}
      </Panel>
      <AnswerDrawer answerId={opened} onClose={() => setOpened(null)} onReplace={setOpened} />
    </>
  );
}

const KINDS = {
  added: 'Added',
  changed: 'Changed',
  removed: 'Removed',
  tagged: 'Other tags',
  recounted: 'Counted anew',
} as const;

interface ChangeRowProps {
  readonly change: CorpusChange;
  readonly onOpen: (answerId: string) => void;
}

function ChangeRow({ change, onOpen }: ChangeRowProps) {
  const [isShown, setShown] = useState(false);
  return (
    <li className={classes['change']}>
      <div className={classes['head']}>
        <div>
          <div className={classes['kind']}>
            {KINDS[change.kind]} <RelativeTime at={change.at} />
          </div>
          <div className={classes['facts']}>{factsOf(change)}</div>
        </div>
        {change.touched > 0 && (
          <Button
            variant="subtle"
            size="compact-sm"
            aria-expanded={isShown}
            onClick={() => setShown(!isShown)}
          >
            {isShown ? 'Hide' : 'Which'}
          </Button>
        )}
      </div>
      {isShown && <Touched changeId={change.id} onOpen={onOpen} />}
    </li>
  );
}

const REACHES = {
  probed: null,
  epoch: 'so much has changed that words were counted anew, and every answer is looked at again',
  unprobed: 'it was too large to be tried, or met another change, and every answer is looked at again',
} as const;

function factsOf({ answers, touched, reach, outcomes }: CorpusChange): string {
  if (answers === 0) return 'No answer was warm at the time.';
  const { kept, same, different, dropped } = outcomes;
  const waiting = touched - kept - same - different - dropped;
  const became = [
    [kept, 'kept'],
    [same, 'made again and the same'],
    [different, 'different now'],
    [dropped, 'dropped'],
    [waiting, 'waiting for a look'],
  ] as const;
  const parts = became.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`);
  const why = REACHES[reach] === null ? '' : ` (${REACHES[reach]})`;
  const outcome = parts.length === 0 ? '' : `: ${parts.join(', ')}`;
  return `Touched ${touched} of ${countOf(answers, 'warm answer')}${why}${outcome}.`;
}

const OUTCOMES = {
  kept: 'kept',
  same: 'made again, the same',
  different: 'different now',
  dropped: 'dropped',
} as const;

function Touched({ changeId, onOpen }: { readonly changeId: string; readonly onOpen: (id: string) => void }) {
  const query = useInfiniteQuery(touchedQuery(useClient(), changeId));
  const answers = query.data?.pages.flatMap(({ items }) => items);
  if (answers === undefined) return <ProblemNote error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <>
      <ul className={classes['touched']} aria-label="Answers that it touched">
        {answers.map((answer) => (
          <TouchedRow key={answer.answerId} answer={answer} onOpen={onOpen} />
        ))}
      </ul>
      {query.hasNextPage && (
        <Button variant="subtle" size="compact-sm" onClick={() => void query.fetchNextPage()}>
          More
        </Button>
      )}
    </>
  );
}

interface TouchedRowProps {
  readonly answer: TouchedAnswer;
  readonly onOpen: (id: string) => void;
}

function TouchedRow({ answer: { answerId, question, outcome }, onOpen }: TouchedRowProps) {
  return (
    <li className={classes['answer']}>
      {question === null ? (
        <span className={classes['gone']}>An answer that is there no more</span>
      ) : (
        <button type="button" className={classes['question']} onClick={() => onOpen(answerId)}>
          {question}
        </button>
      )}
      <span className={classes['outcome']}>
        {outcome === null ? 'waiting for a look' : OUTCOMES[outcome]}
      </span>
    </li>
  );
}
