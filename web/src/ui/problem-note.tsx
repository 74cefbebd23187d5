import { Button } from '@mantine/core';
import { PreheatError } from '#sdk/index.ts';
import { placeOf, tell } from '../text/problems.ts';
import { AlertIcon } from './icons.tsx';
import classes from './problem-note.module.css';

const MOST_SHOWN = 20;

export interface ProblemNoteProps {
  readonly error: unknown;
  readonly title?: string;
  readonly onRetry?: () => void;
}

/** What went wrong and what to do, with each bad line; nothing when there is no error. */
export function ProblemNote({ error, title, onRetry }: ProblemNoteProps) {
  if (error === null || error === undefined) return null;
  const { message, problems, requestId } = tell(error);
  const more = problems.length - MOST_SHOWN;
  return (
    <div className={classes['root']} role="alert">
      <AlertIcon />
      <div className={classes['words']}>
        {title !== undefined && <div className={classes['title']}>{title}</div>}
        <div>{message}</div>
        {problems.length > 0 && (
          <ul className={classes['list']}>
            {problems.slice(0, MOST_SHOWN).map((problem, index) => (
              <li key={index}>
                {placeOf(problem) !== null && <span className={classes['place']}>{placeOf(problem)}</span>}
                {problem.message}
              </li>
            ))}
            {more > 0 && <li>and {more} more</li>}
          </ul>
        )}
        {requestId !== null && (
          <div className={classes['request']}>The server’s log has the reason under {requestId}</div>
        )}
      </div>
      {onRetry !== undefined && !isForbidden(error) && (
        <Button size="xs" variant="default" onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}

/** It would be refused again. */
function isForbidden(error: unknown): boolean {
  return error instanceof PreheatError && error.status === 403;
}
