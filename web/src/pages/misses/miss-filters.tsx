import { Chips } from '../../ui/chips.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import classes from '../answers/answer-filters.module.css';

/** What one comes for stands first, and without a word in the address. */
const STATES = [
  { value: '', label: 'Cold' },
  { value: 'not_found', label: 'Not found' },
  { value: 'warm', label: 'Warm again' },
  { value: 'all', label: 'All' },
] as const;

export interface MissFiltersProps {
  readonly state: string;
  readonly text: string;
  readonly onState: (state: string) => void;
  readonly onText: (text: string) => void;
}

export function MissFilters({ state, text, onState, onText }: MissFiltersProps) {
  return (
    <div className={classes['root']}>
      <Chips label="State" options={STATES} value={state} onChange={onState} />
      <div className={classes['search']}>
        <SearchBox label="Search the questions" value={text} onChange={onText} />
      </div>
    </div>
  );
}
