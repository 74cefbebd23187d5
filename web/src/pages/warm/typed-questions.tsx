import type { KeyboardEvent } from 'react';
import type { Line, TypedQuestions } from '../../text/questions.ts';
import classes from './typed-questions.module.css';

/** Beyond so many lines the colours would slow typing down; the counts below go on. */
const MOST_COLOURED = 1_000;

export interface TypedQuestionsProps {
  readonly value: string;
  readonly typed: TypedQuestions;
  readonly onChange: (text: string) => void;
  readonly onSubmit: () => void;
}

/**
 * A text field that shows how each of its lines is read.
 *
 * The coloured lines lie under a field whose own letters are transparent; both are laid out alike, and the lines
 * give the field its height, so that there is one scroll and nothing to keep in step.
 */
export function TypedQuestionsField({ value, typed, onChange, onSubmit }: TypedQuestionsProps) {
  const isColoured = typed.lines.length <= MOST_COLOURED;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    onSubmit();
  };
  return (
    <div className={classes['root']} data-plain={!isColoured || undefined}>
      <div className={classes['stack']}>
        {isColoured && (
          <div className={classes['lines']} aria-hidden="true">
            {typed.lines.map((line, index) => (
              <ShownLine key={index} line={line} />
            ))}
          </div>
        )}
        <textarea
          className={classes['field']}
          aria-label="Questions, one a line"
          aria-describedby="typed-counts"
          placeholder={'One question a line, for example:\nHow long is the warranty?\nCan I work from home?'}
          value={value}
          spellCheck={false}
          onChange={(event) => onChange(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
      </div>
    </div>
  );
}

function ShownLine({ line }: { readonly line: Line }) {
  return (
    <div className={classes['line']} data-kind={line.kind}>
      {line.text === '' ? '\u200b' : line.text}
      {line.kind === 'duplicate' && (
        <span className={classes['tag']}>
          <span>same as </span>line {line.sameAs}
        </span>
      )}
      {line.kind === 'too_long' && <span className={classes['tag']}>longer than 2,000 characters</span>}
    </div>
  );
}
