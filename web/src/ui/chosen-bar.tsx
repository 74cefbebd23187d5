import { CloseButton } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './chosen-bar.module.css';

export interface ChosenBarProps {
  /** Names the bar to those who do not see it. */
  readonly label: string;
  /** How much is chosen. */
  readonly what: string;
  /** How more can be chosen. */
  readonly more?: ReactNode;
  /** Choose none; null: nothing is, all are meant. */
  readonly onDone: (() => void) | null;
  /** What can be done. */
  readonly children: ReactNode;
}

/** Stays below a list while some of its rows are chosen. */
export function ChosenBar({ label, what, more, onDone, children }: ChosenBarProps) {
  return (
    <div className={classes['root']} role="region" aria-label={label}>
      {onDone !== null && <CloseButton size="sm" aria-label="Select none" onClick={onDone} />}
      <b className={classes['what']}>{what}</b>
      {more}
      <span className={classes['space']} />
      {children}
    </div>
  );
}
