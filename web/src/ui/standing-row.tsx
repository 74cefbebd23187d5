import type { ReactNode } from 'react';
import classes from './standing-row.module.css';

export interface StandingRowProps {
  readonly name: string;
  /** What it is, in small words with dots between. */
  readonly meta: ReactNode;
  /** What it did last. */
  readonly lately: ReactNode;
  readonly state: ReactNode;
  readonly menu: ReactNode;
  /** It does nothing any more, or for now. */
  readonly isOff: boolean;
}

/** One of the things that stand until somebody takes them away: a key, a webhook. */
export function StandingRow({ name, meta, lately, state, menu, isOff }: StandingRowProps) {
  return (
    <li className={classes['root']} data-off={isOff || undefined}>
      <div className={classes['words']}>
        <span className={classes['name']}>{name}</span>
        <div className={classes['meta']}>{meta}</div>
      </div>
      <div className={classes['lately']}>
        <RowNote>{lately}</RowNote>
      </div>
      <div className={classes['state']}>{state}</div>
      <div className={classes['after']}>{menu}</div>
    </li>
  );
}

export function RowNote({ children }: { readonly children: ReactNode }) {
  return <div className={classes['note']}>{children}</div>;
}
