import { useEffect, type ReactNode } from 'react';
import classes from './page-header.module.css';

export interface PageHeaderProps {
  readonly title: string;
  /** What the window is called, when that is not the title. */
  readonly windowTitle?: string;
  readonly lead?: ReactNode;
  readonly above?: ReactNode;
  readonly actions?: ReactNode;
}

/** Head of a page: its name, one sentence, and what can be done. */
export function PageHeader({ title, windowTitle = title, lead, above, actions }: PageHeaderProps) {
  useEffect(() => {
    document.title = `${windowTitle} · Preheat`;
  }, [windowTitle]);
  return (
    <header className={classes['root']}>
      {above !== undefined && <div className={classes['above']}>{above}</div>}
      <div className={classes['row']}>
        <div className={classes['words']}>
          <h1 className={classes['title']}>{title}</h1>
          {lead !== undefined && <div className={classes['lead']}>{lead}</div>}
        </div>
        {actions !== undefined && <div className={classes['actions']}>{actions}</div>}
      </div>
    </header>
  );
}
