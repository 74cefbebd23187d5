import type { ReactNode } from 'react';
import { Link } from '@tanstack/react-router';
import type { Alert, Batch, Ready, Stats, Worker } from '#sdk/index.ts';
import { titleOf } from '../../text/batches.ts';
import { countOf } from '../../text/counts.ts';
import { AlertIcon } from '../../ui/icons.tsx';
import classes from './attention.module.css';

export interface AttentionProps {
  readonly alerts: readonly Alert[] | undefined;
  readonly stats: Stats | undefined;
  readonly ready: Ready | undefined;
  readonly workers: readonly Worker[] | undefined;
  /** Undefined until they are known; so are the others. */
  readonly batches: readonly Batch[] | undefined;
  readonly misses: { readonly count: number; readonly hasMore: boolean } | undefined;
}

interface Need {
  readonly key: string;
  readonly isUrgent: boolean;
  readonly text: ReactNode;
}

/** What somebody should look at; nothing at all when all is well. */
export function Attention(props: AttentionProps) {
  const needs = [
    ...needsOfAlerts(props),
    ...needsOfServer(props),
    ...needsOfWork(props),
    ...needsOfCache(props),
  ];
  if (needs.length === 0) return null;
  return (
    <section className={classes['root']} aria-label="Needs attention">
      {needs.map(({ key, isUrgent, text }) => (
        <div key={key} className={classes['need']} data-urgent={isUrgent || undefined}>
          <AlertIcon />
          <span>{text}</span>
        </div>
      ))}
    </section>
  );
}

/** What has a note of its own below is not said twice. */
function needsOfAlerts({ alerts = [] }: AttentionProps): Need[] {
  return alerts
    .filter(({ kind }) => kind !== 'dead_letters')
    .map(({ id, message }) => ({ key: id, isUrgent: true, text: message }));
}

function needsOfServer({ ready, workers }: AttentionProps): Need[] {
  const down = ready?.parts.filter((part) => !part.isUp) ?? [];
  const needs: Need[] = down.map((part) => ({
    key: part.name,
    isUrgent: true,
    text: (
      <>
        The part “{part.name}” is down: {part.detail}. <Link to="/system">See the system</Link>
      </>
    ),
  }));
  if (workers?.length === 0) {
    needs.push({
      key: 'workers',
      isUrgent: true,
      text: 'No process is at work: what is queued waits until one is started.',
    });
  }
  return needs;
}

function needsOfWork({ stats, batches }: AttentionProps): Need[] {
  const needs: Need[] = [];
  const deadLetters = stats?.queue.deadLetters ?? 0;
  if (deadLetters > 0) {
    const text = (
      <>
        {countOf(deadLetters, 'item')} failed for good. <Link to="/dead-letters">See why, and retry</Link>
      </>
    );
    needs.push({ key: 'dead', isUrgent: stats?.queue.isAlarming ?? false, text });
  }
  for (const batch of (batches ?? []).filter(({ status }) => status === 'paused').slice(0, 2)) {
    const text = (
      <>
        “{titleOf(batch)}” is paused.{' '}
        <Link to="/queue/$batchId" params={{ batchId: batch.id }}>
          Look at it
        </Link>
      </>
    );
    needs.push({ key: batch.id, isUrgent: false, text });
  }
  return needs;
}

function needsOfCache({ stats, misses }: AttentionProps): Need[] {
  const needs: Need[] = [];
  const expired = stats?.answers.expired ?? 0;
  if (expired > 0) {
    const text = (
      <>
        {countOf(expired, 'answer')} went cold.{' '}
        <Link to="/answers" search={{ expired: 'true' }}>
          Warm them again
        </Link>
      </>
    );
    needs.push({ key: 'expired', isUrgent: false, text });
  }
  if (misses !== undefined && misses.count > 0) {
    const text = (
      <>
        {misses.hasMore ? 'More than ' : ''}
        {countOf(misses.count, 'question')} had people waiting more than once.{' '}
        <Link to="/answers/misses">Warm {misses.count === 1 ? 'it' : 'them'}</Link>
      </>
    );
    needs.push({ key: 'misses', isUrgent: false, text });
  }
  return needs;
}
