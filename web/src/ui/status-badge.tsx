import type { Batch, BatchStatus, ItemStatus } from '#sdk/index.ts';
import classes from './status-badge.module.css';

type Tone = 'heat' | 'good' | 'bad' | 'wait' | 'idle';

const SHOWN: Readonly<Record<BatchStatus | ItemStatus, readonly [word: string, tone: Tone]>> = {
  pending: ['Waiting', 'idle'],
  processing: ['Running', 'heat'],
  paused: ['Paused', 'wait'],
  completed: ['Completed', 'good'],
  failed: ['Failed', 'bad'],
  cancelled: ['Cancelled', 'idle'],
  skipped: ['Skipped', 'idle'],
};

/** A status in a word, with a dot of its colour: never the colour alone. */
export function StatusBadge({ status }: { readonly status: BatchStatus | ItemStatus }) {
  const [word, tone] = SHOWN[status];
  return (
    <Badge
      tone={tone}
      isBusy={status === 'processing'}
      isHollow={status === 'pending' || status === 'skipped'}
    >
      {word}
    </Badge>
  );
}

/** That of a batch: one that has ended with failures is not simply green. */
export function BatchBadge({ batch }: { readonly batch: Pick<Batch, 'status' | 'counts'> }) {
  const { status, counts } = batch;
  if (status === 'completed' && counts.failed > 0) return <Badge tone="wait">Completed</Badge>;
  return <StatusBadge status={status} />;
}

export interface BadgeProps {
  readonly tone: Tone;
  readonly children: string;
  readonly isBusy?: boolean;
  readonly isHollow?: boolean;
}

/** The same form for other words. */
export function Badge({ tone, children, isBusy = false, isHollow = false }: BadgeProps) {
  return (
    <span
      className={classes['root']}
      data-tone={tone}
      data-busy={isBusy || undefined}
      data-hollow={isHollow || undefined}
    >
      {children}
    </span>
  );
}
