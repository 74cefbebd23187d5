import { Checkbox } from '@mantine/core';
import type { MissGroup } from '#sdk/index.ts';
import { useMay } from '../../data/may.ts';
import { EndlessList } from '../../ui/endless-list.tsx';
import { Panel } from '../../ui/panel.tsx';
import head from '../answers/answer-rows.module.css';
import { MissRow } from './miss-row.tsx';

export interface MissListProps {
  readonly misses: readonly MissGroup[];
  readonly selected: ReadonlySet<string>;
  readonly onSelect: (selected: ReadonlySet<string>) => void;
  readonly onForget: (miss: MissGroup) => void;
  readonly onEnd: (() => void) | undefined;
}

/** Questions that were missed, any number of them. */
export function MissList({ misses, selected, onSelect, onForget, onEnd }: MissListProps) {
  const mayChange = useMay('warm');
  const count = misses.filter(({ id }) => selected.has(id)).length;
  const select = (id: string, isSelected: boolean) => {
    const next = new Set(selected);
    if (isSelected) next.add(id);
    else next.delete(id);
    onSelect(next);
  };
  return (
    <Panel isFlush>
      {mayChange && (
        <div className={head['head']}>
          <Checkbox
            size="xs"
            label={count === 0 ? 'Select all shown' : `${count} selected`}
            checked={count === misses.length}
            indeterminate={count > 0 && count < misses.length}
            onChange={() => onSelect(new Set(count === misses.length ? [] : misses.map(({ id }) => id)))}
          />
        </div>
      )}
      <EndlessList items={misses} keyOf={({ id }) => id} estimate={53} label="Missed questions" onEnd={onEnd}>
        {(miss) => (
          <MissRow miss={miss} isSelected={selected.has(miss.id)} onSelect={select} onForget={onForget} />
        )}
      </EndlessList>
    </Panel>
  );
}
