import { Checkbox } from '@mantine/core';
import type { Answer } from '#sdk/index.ts';
import { countOf } from '../../text/counts.ts';
import { KeptTo } from '../../ui/kept-to.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { AnswerState } from './answer-state.tsx';
import link from '../../ui/row-link.module.css';
import classes from './answer-row.module.css';

export interface AnswerRowProps {
  readonly answer: Answer;
  readonly onOpen: (answerId: string) => void;
  /** Absent where answers are not selected. */
  readonly isSelected?: boolean;
  readonly onSelect?: (answerId: string, isSelected: boolean) => void;
}

/** One cached answer in a list. */
export function AnswerRow({ answer, onOpen, isSelected = false, onSelect }: AnswerRowProps) {
  return (
    <div className={classes['root']} data-has-before={onSelect !== undefined || undefined}>
      {onSelect !== undefined && (
        <Checkbox
          className={classes['before']}
          size="xs"
          aria-label={`Select “${answer.question}”`}
          checked={isSelected}
          onChange={(event) => onSelect(answer.id, event.currentTarget.checked)}
        />
      )}
      <div className={classes['words']}>
        <button
          type="button"
          className={`${link['cover']} ${classes['question']}`}
          onClick={() => onOpen(answer.id)}
        >
          {answer.question}
        </button>
        <KeptTo filter={answer.filter} />
        <div className={classes['excerpt']}>
          {answer.found ? plain(answer.answer) : 'Not found in the documents'}
        </div>
      </div>
      <div className={classes['state']}>
        <AnswerState answer={answer} />
      </div>
      <div className={classes['hits']}>{countOf(answer.hits, 'hit')}</div>
      <div className={classes['times']}>
        <span>
          made <RelativeTime at={answer.createdAt} />
        </span>
        <span>
          {Date.parse(answer.expiresAt) > Date.now() ? 'expires' : 'expired'}{' '}
          <RelativeTime at={answer.expiresAt} />
        </span>
      </div>
    </div>
  );
}

/** Without the numbers of the sources: here they would lead nowhere. */
function plain(text: string): string {
  return text.replaceAll(/\s*\[\d{1,3}\]/g, '');
}
