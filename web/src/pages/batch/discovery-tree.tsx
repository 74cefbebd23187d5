import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Batch, Item } from '#sdk/index.ts';
import { useClient } from '../../app/client.tsx';
import { ledToQuery } from '../../data/catalogue.ts';
import { countOf } from '../../text/counts.ts';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNote } from '../../ui/problem-note.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import classes from './discovery-tree.module.css';

/** Who led to whom, as it grows: what is opened moves with the batch. */
export function DiscoveryTree({ batch }: { readonly batch: Batch }) {
  const expected = batch.expectedTotal ?? 0;
  const known = batch.total - batch.discovered;
  const lead = [
    `${countOf(known, 'author')} of the list`,
    `${countOf(batch.discovered, 'author')} discovered`,
    ...(expected > batch.total ? [`about ${countOf(expected, 'author')} expected in all`] : []),
  ].join(', ');
  return (
    <Panel title="Who led to whom" aside={<span className={classes['lead']}>{lead}</span>}>
      <Level batch={batch} parent={null} />
    </Panel>
  );
}

function Level({ batch, parent }: { readonly batch: Batch; readonly parent: string | null }) {
  const { data, error } = useQuery(
    ledToQuery(useClient(), batch.id, parent, batch.discovered + batch.processed),
  );
  if (data === undefined) return <ProblemNote error={error} />;
  return (
    <ul className={classes['level']} data-top={parent === null || undefined}>
      {data.items.map((item) => (
        <Node key={item.id} batch={batch} item={item} />
      ))}
      {data.nextCursor !== null && <li className={classes['more']}>and more, in the list of items below</li>}
    </ul>
  );
}

function Node({ batch, item }: { readonly batch: Batch; readonly item: Item }) {
  const [isOpen, setOpen] = useState(false);
  const coAuthors = Number(item.result?.['coAuthors'] ?? 0);
  const canOpen = coAuthors > 0 && Number(item.result?.['levels'] ?? 0) > 0;
  return (
    <li>
      <div className={classes['node']}>
        {canOpen ? (
          <button type="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            <span aria-hidden="true">{isOpen ? '▾' : '▸'}</span> {item.description}
          </button>
        ) : (
          <span className={classes['leaf']}>{item.description}</span>
        )}
        <StatusBadge status={item.status} />
        <span className={classes['why']}>{noteOf(item)}</span>
      </div>
      {isOpen && <Level batch={batch} parent={item.id} />}
    </li>
  );
}

function noteOf({ payload, result }: Item): string {
  const works = typeof result?.['works'] === 'number' ? countOf(result['works'], 'work') : '';
  const why = typeof payload['why'] === 'string' ? payload['why'] : '';
  return [works, why].filter((part) => part !== '').join(' · ');
}
