import { Button } from '@mantine/core';
import { countOf } from '../../text/counts.ts';
import type { TypedQuestions } from '../../text/questions.ts';
import classes from './typed-foot.module.css';

export interface TypedFootProps {
  readonly typed: TypedQuestions;
  readonly onSample: () => void;
  readonly onClear: () => void;
}

/** Counts of what is typed, as it is typed. */
export function TypedFoot({ typed, onSample, onClear }: TypedFootProps) {
  const { question, duplicate, comment, too_long: tooLong } = typed.counts;
  const isEmpty = question + duplicate + comment + tooLong === 0;
  return (
    <div className={classes['root']}>
      <div id="typed-counts" className={classes['counts']} role="status">
        <b>{countOf(question, 'question')}</b>
        {duplicate > 0 && <span>{countOf(duplicate, 'duplicate')}</span>}
        {comment > 0 && <span>{countOf(comment, 'comment')}</span>}
        {tooLong > 0 && <span className={classes['bad']}>{tooLong} too long, left out</span>}
      </div>
      {isEmpty ? (
        <Button size="compact-sm" variant="subtle" onClick={onSample}>
          Fill in sample questions
        </Button>
      ) : (
        <Button size="compact-sm" variant="subtle" color="gray" onClick={onClear}>
          Clear
        </Button>
      )}
    </div>
  );
}
