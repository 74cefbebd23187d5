import { Link } from '@tanstack/react-router';
import type { MissGroup } from '#sdk/index.ts';
import { searchKeepingTo } from '../../data/passage-filter.ts';
import { countOf, fullCount } from '../../text/counts.ts';
import { MissSign } from './miss-sign.tsx';
import classes from './wordings.module.css';

/** Every way in which one thing was asked; each has an answer of its own. */
export function Wordings({ miss }: { readonly miss: MissGroup }) {
  const more = miss.wordingCount - miss.wordings.length;
  return (
    <ul className={classes['list']} aria-label={`Wordings of “${miss.question}”`}>
      {miss.wordings.map(({ id, question, filter, misses, state }) => (
        <li key={id} className={classes['wording']}>
          <span className={classes['count']}>{fullCount(misses)}×</span>
          <Link
            to="/ask"
            search={{ q: question, ...searchKeepingTo(filter) }}
            className={classes['question']}
          >
            {question}
          </Link>
          <MissSign state={state} />
        </li>
      ))}
      {more > 0 && <li className={classes['more']}>and {countOf(more, 'wording')} more</li>}
    </ul>
  );
}
