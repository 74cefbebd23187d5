import { Link } from '@tanstack/react-router';
import type { Passage } from '#sdk/index.ts';
import { markMatches } from '../../text/matches.ts';
import { HeadingPath } from '../../ui/heading-path.tsx';
import classes from './found-passage.module.css';

export interface FoundPassageProps {
  readonly passage: Passage;
  readonly place: number;
  /** The highest score of the search: what the bar is drawn against. */
  readonly best: number;
}

/** One passage, with the words that were found in it, and what put it where it stands. */
export function FoundPassage({ passage, place, best }: FoundPassageProps) {
  const { id, documentId, document, headings, page, text, matches, paragraphs } = passage;
  return (
    <article className={classes['root']}>
      <div className={classes['head']}>
        <span className={classes['place']}>{place}</span>
        <div className={classes['where']}>
          <Link
            to="/documents/$documentId"
            params={{ documentId }}
            search={{ chunk: id, ...(paragraphs[0] !== undefined && { paragraph: paragraphs[0] }) }}
            className={classes['document']}
          >
            {document}
          </Link>
          <HeadingPath headings={headings} page={page} />
        </div>
        <Score passage={passage} best={best} />
      </div>
      <div className={classes['text']}>
        {text.split('\n\n').map((paragraph, index) => (
          <p key={index}>
            {markMatches(paragraph, matches).map((part, at) =>
              part.isMatch ? <mark key={at}>{part.text}</mark> : <span key={at}>{part.text}</span>,
            )}
          </p>
        ))}
      </div>
    </article>
  );
}

function Score({ passage, best }: Pick<FoundPassageProps, 'passage' | 'best'>) {
  const { score, scores } = passage;
  const share = (part: number): string => `${best === 0 ? 0 : (100 * part) / best}%`;
  return (
    <div className={classes['score']}>
      <div className={classes['bar']} aria-hidden="true">
        <span className={classes['by-words']} style={{ width: share(scores.words) }} />
        <span className={classes['by-vectors']} style={{ width: share(scores.vectors) }} />
      </div>
      <dl className={classes['parts']}>
        <div className={classes['part']} data-by="words">
          <dt>Words</dt>
          <dd>{scores.words.toFixed(2)}</dd>
        </div>
        <div className={classes['part']} data-by="vectors">
          <dt>Meaning</dt>
          <dd>{scores.vectors.toFixed(2)}</dd>
        </div>
        <div className={classes['part']} data-by="both">
          <dt>Score</dt>
          <dd>{score.toFixed(2)}</dd>
        </div>
      </dl>
    </div>
  );
}
