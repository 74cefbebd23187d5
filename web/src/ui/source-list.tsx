import type { Citation } from '#sdk/index.ts';
import { HeadingPath } from './heading-path.tsx';
import classes from './source-list.module.css';

export interface SourceListProps {
  readonly citations: readonly Citation[];
  readonly onOpen: (citation: Citation) => void;
}

/** What an answer rests on: the words themselves, and where they stand. */
export function SourceList({ citations, onOpen }: SourceListProps) {
  return (
    <ol className={classes['root']}>
      {citations.map((citation) => (
        <li key={citation.number} className={classes['source']}>
          <span className={classes['number']} aria-hidden="true">
            {citation.number}
          </span>
          <div className={classes['words']}>
            <button type="button" className={classes['open']} onClick={() => onOpen(citation)}>
              {citation.document}
            </button>
            <HeadingPath headings={citation.headings} page={citation.page} />
            <blockquote className={classes['quote']}>{citation.quote}</blockquote>
          </div>
        </li>
      ))}
    </ol>
  );
}
