import type { Ready } from '#sdk/index.ts';
import { Panel } from '../../ui/panel.tsx';
import { Badge } from '../../ui/status-badge.tsx';
import { formatBytes } from '../../text/counts.ts';
import classes from './parts-panel.module.css';

const WORDS: Readonly<Record<string, string>> = {
  store: 'Store',
  workers: 'Workers',
  engine: 'Engine',
  bus: 'Bus',
  vectors: 'Vectors',
  redis: 'Redis',
  cache: 'Cache',
  limits: 'Limits',
};

/** Whether each part that the server needs is there. */
export function PartsPanel({ ready }: { readonly ready: Ready }) {
  return (
    <Panel title="Parts" isFlush>
      <ul className={classes['list']}>
        {ready.parts.map(({ name, isUp, detail }) => (
          <li key={name} className={classes['part']}>
            <span className={classes['name']}>{WORDS[name] ?? name}</span>
            <span className={classes['detail']}>{humane(detail)}</span>
            <Badge tone={isUp ? 'good' : 'bad'}>{isUp ? 'Up' : 'Down'}</Badge>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

/** "1429504 bytes" → "1.4 MB"; the rest stays as the server says it. */
function humane(detail: string): string {
  return detail.replaceAll(/(\d+) bytes/g, (_all, bytes: string) => formatBytes(Number(bytes)));
}
