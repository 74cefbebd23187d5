import { ActionIcon } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { CloseIcon } from '../../ui/icons.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import classes from './question-list.module.css';

export interface ListedQuestion {
  readonly question: string;
  readonly at?: string;
  readonly found: boolean;
}

export interface QuestionListProps {
  readonly questions: readonly ListedQuestion[];
  readonly onForget?: (question: string) => void;
}

/** Questions that are one click away; addresses of their own, so that they open in a new tab too. */
export function QuestionList({ questions, onForget }: QuestionListProps) {
  return (
    <ul className={classes['list']}>
      {questions.map(({ question, at, found }) => (
        <li key={question} className={classes['entry']}>
          <Link to="/ask" search={{ q: question }} className={classes['link']}>
            <span className={classes['question']}>{question}</span>
            {(at !== undefined || !found) && (
              <span className={classes['when']}>
                {at !== undefined && <RelativeTime at={at} />}
                {!found && <span>not found</span>}
              </span>
            )}
          </Link>
          {onForget !== undefined && (
            <ActionIcon
              className={classes['forget']}
              variant="subtle"
              color="gray"
              size="sm"
              aria-label={`Forget “${question}”`}
              onClick={() => onForget(question)}
            >
              <CloseIcon size={13} />
            </ActionIcon>
          )}
        </li>
      ))}
    </ul>
  );
}
