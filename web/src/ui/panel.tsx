import type { ReactNode } from 'react';
import classes from './panel.module.css';

export interface PanelProps {
  readonly title?: string;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
  /** Rows that go from edge to edge. */
  readonly isFlush?: boolean;
}

/** A sheet of things that belong together. */
export function Panel({ title, aside, children, isFlush = false }: PanelProps) {
  return (
    <section className={classes['root']}>
      {title !== undefined && (
        <div className={classes['head']}>
          <h2 className={classes['title']}>{title}</h2>
          {aside}
        </div>
      )}
      <div className={classes['body']} data-flush={isFlush || undefined}>
        {children}
      </div>
    </section>
  );
}
