import type { Ready, Worker } from '#sdk/index.ts';
import { countOf } from '../../text/counts.ts';
import { Badge } from '../../ui/status-badge.tsx';
import classes from './engine-note.module.css';

export interface EngineNoteProps {
  readonly ready: Ready | undefined;
  readonly workers: readonly Worker[] | undefined;
}

/** Which engine carries the work, and who does it. */
export function EngineNote({ ready, workers }: EngineNoteProps) {
  if (ready === undefined) return <span>&nbsp;</span>;
  const isReady = ready.status === 'ready';
  return (
    <span className={classes['root']}>
      <Badge tone={isReady ? 'good' : 'bad'}>{isReady ? 'Ready' : 'Not ready'}</Badge>
      {ready.engineTrouble !== null && <Badge tone="wait">Redis is away</Badge>}
      <span>{ready.engine === 'embedded' ? 'Embedded engine' : 'BullMQ engine'}</span>
      {workers !== undefined && <span>{countOf(workers.length, 'process', 'processes')} at work</span>}
    </span>
  );
}
