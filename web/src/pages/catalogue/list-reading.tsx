import type { ListPreview } from '#sdk/index.ts';
import { countOf, fullCount } from '../../text/counts.ts';
import { placeOf } from '../../text/problems.ts';
import { formatDuration } from '../../text/times.ts';
import classes from './list-reading.module.css';

const FORMATS: Readonly<Record<string, string>> = {
  goodreads: 'A Goodreads export',
  storygraph: 'A StoryGraph export',
  librarything: 'A LibraryThing export',
  openlibrary: 'An Open Library export',
  plain: 'A plain table',
  mapped: 'A table',
  unknown: 'A table',
};

/** How the server would read a list, and what its run would come to. */
export function ListReading({ preview }: { readonly preview: ListPreview }) {
  const { format, books, authors, leftOut, problems, sample, estimate } = preview;
  return (
    <div className={classes['root']}>
      <p className={classes['sum']} role="status">
        {FORMATS[format] ?? 'A list'}: {countOf(books, 'book')} by {countOf(authors, 'author')}
        {leftOut > 0 && `, ${countOf(leftOut, 'row')} without an author left out`}.{' '}
        {estimate.works !== null && estimate.seconds !== null
          ? `Likely ${countOf(estimate.authors, 'author')} and ${countOf(estimate.works, 'work')}, in about ${formatDuration(1_000 * estimate.seconds)}.`
          : 'How much it comes to is known after a first run.'}
      </p>
      {problems.length > 0 && (
        <details className={classes['problems']}>
          <summary>What was left out</summary>
          <ul>
            {problems.map((problem, index) => (
              <li key={index}>
                <b>{placeOf(problem)}</b> {problem.message}
              </li>
            ))}
          </ul>
        </details>
      )}
      <ol className={classes['sample']} aria-label="The first authors">
        {sample.slice(0, 12).map(({ author, why, alsoSpelled }) => (
          <li key={author}>
            <b>{author}</b>
            <span>
              {why}
              {alsoSpelled.length > 0 && ` · also spelled ${alsoSpelled.join(', ')}`}
            </span>
          </li>
        ))}
      </ol>
      {authors > 12 && <p className={classes['more']}>and {fullCount(authors - 12)} more</p>}
    </div>
  );
}
