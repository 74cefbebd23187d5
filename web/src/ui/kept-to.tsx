import type { PassageFilter } from '#sdk/index.ts';
import { keptToInWords } from '../text/filters.ts';
import classes from './kept-to.module.css';

/** What a question keeps to, in a few words; nothing where it is asked of all documents. */
export function KeptTo({ filter }: { readonly filter: PassageFilter | null }) {
  if (filter === null) return null;
  return <span className={classes['root']}>{keptToInWords(filter)}</span>;
}
