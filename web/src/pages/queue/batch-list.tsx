import { Checkbox, Skeleton } from '@mantine/core';
import type { Batch } from '#sdk/index.ts';
import { useMay } from '../../data/may.ts';
import { titleOf } from '../../text/batches.ts';
import { BatchMenu } from '../../ui/batch-menu.tsx';
import { BatchRow } from '../../ui/batch-row.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { FlameIcon, SearchIcon } from '../../ui/icons.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { Panel } from '../../ui/panel.tsx';
import classes from './batch-list.module.css';

export interface BatchListProps {
  readonly batches: readonly Batch[];
  /** False until the server has answered once. */
  readonly isKnown: boolean;
  readonly isFiltered: boolean;
  readonly selected: ReadonlySet<string>;
  readonly onSelect: (selected: ReadonlySet<string>) => void;
}

export function BatchList({ batches, isKnown, isFiltered, selected, onSelect }: BatchListProps) {
  const mayChange = useMay('warm');
  if (!isKnown) return <Placeholder />;
  if (batches.length === 0) return <Nothing isFiltered={isFiltered} />;
  const count = batches.filter(({ id }) => selected.has(id)).length;
  const toggle = (id: string) => {
    const next = new Set(selected);
    if (!next.delete(id)) next.add(id);
    onSelect(next);
  };
  return (
    <Panel isFlush>
      {mayChange && (
        <div className={classes['head']}>
          <Checkbox
            size="xs"
            label={count === 0 ? 'Select all shown' : `${count} selected`}
            checked={count === batches.length}
            indeterminate={count > 0 && count < batches.length}
            onChange={() => onSelect(new Set(count === batches.length ? [] : batches.map(({ id }) => id)))}
          />
        </div>
      )}
      <ul className={classes['list']}>
        {batches.map((batch) => (
          <BatchRow
            key={batch.id}
            batch={batch}
            before={
              mayChange && (
                <Checkbox
                  size="xs"
                  aria-label={`Select ${titleOf(batch)}`}
                  checked={selected.has(batch.id)}
                  onChange={() => toggle(batch.id)}
                />
              )
            }
            after={<BatchMenu batch={batch} />}
          />
        ))}
      </ul>
    </Panel>
  );
}

function Nothing({ isFiltered }: { readonly isFiltered: boolean }) {
  return (
    <Panel>
      {isFiltered ? (
        <EmptyState
          icon={<SearchIcon />}
          title="No batch matches"
          action={
            <LinkButton variant="default" to="/queue" search={{}}>
              Show all batches
            </LinkButton>
          }
        >
          Try fewer filters, or another part of its name.
        </EmptyState>
      ) : (
        <EmptyState
          icon={<FlameIcon />}
          title="Nothing has been queued yet"
          action={<LinkButton to="/warm">Warm some questions</LinkButton>}
        >
          Type questions, or drop a file with thousands. You can watch each batch here, pause it, and retry
          what failed.
        </EmptyState>
      )}
    </Panel>
  );
}

function Placeholder() {
  return (
    <Panel>
      {[0, 1, 2, 3].map((row) => (
        <Skeleton key={row} height={18} my={20} radius="sm" width={`${90 - row * 12}%`} animate={false} />
      ))}
    </Panel>
  );
}
