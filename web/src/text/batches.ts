import type { Batch } from '#sdk/index.ts';
import { formatRelative } from './times.ts';

const WORKLOADS: Readonly<Record<string, readonly [one: string, many: string]>> = {
  answers: ['question', 'questions'],
  documents: ['document', 'documents'],
  reindex: ['document', 'documents'],
  catalogue: ['author', 'authors'],
};

const NAMES: Readonly<Record<string, string>> = {
  answers: 'Answers',
  documents: 'Documents',
  reindex: 'Index',
  catalogue: 'Catalogue',
};

const SOURCES: Readonly<Record<Batch['source']['kind'], string>> = {
  typed: 'Typed here',
  upload: 'Upload',
  api: 'From the API',
  cli: 'From the command line',
  schedule: 'Scheduled',
  discovery: 'Discovered',
  reindex: 'Re-index',
  rewarm: 'Warmed again',
  ask: 'Asked',
};

/** What a batch is called: its name, else its file, else what it holds. */
export function titleOf(batch: Pick<Batch, 'name' | 'source' | 'total' | 'workload'>): string {
  if (batch.name !== null) return batch.name;
  const { detail } = batch.source;
  if (detail === null) return `${batch.total.toLocaleString('en')} ${itemsOf(batch.workload, batch.total)}`;
  const others = batch.workload === 'documents' ? batch.total - 1 : 0;
  return others > 0 ? `${detail} and ${others} more` : detail;
}

/** What kind of work it is. */
export function workloadName(workload: string): string {
  return NAMES[workload] ?? workload;
}

/** Why it does not go on, and when it will. */
export function holdInWords({ until, message }: NonNullable<Batch['hold']>, now: number): string {
  return `It goes on ${formatRelative(Math.max(now, Date.parse(until)), now)}. ${message}`;
}

/** "question", "questions"; "items" for a workload that is not known here. */
export function itemsOf(workload: string, count: number): string {
  const [one, many] = WORKLOADS[workload] ?? ['item', 'items'];
  return count === 1 ? one : many;
}

export function sourceOf(batch: Pick<Batch, 'source'>): string {
  return SOURCES[batch.source.kind];
}

/** "Warmed 118 of 120; 2 failed": how a batch ended, or how far it has come. */
export function summaryOf(batch: Pick<Batch, 'counts' | 'total' | 'workload' | 'status'>): string {
  const { counts, total, workload } = batch;
  const verb = workload === 'answers' ? 'Warmed' : workload === 'documents' ? 'Read' : 'Completed';
  const parts = [`${verb} ${shown(counts.completed)} of ${shown(total)}`];
  if (counts.skipped > 0) parts.push(`${shown(counts.skipped)} skipped`);
  if (counts.failed > 0) parts.push(`${shown(counts.failed)} failed`);
  if (counts.cancelled > 0) parts.push(`${shown(counts.cancelled)} cancelled`);
  return parts.join('; ');
}

export function isEnded(batch: Pick<Batch, 'status' | 'isSettling'>): boolean {
  return (batch.status === 'completed' || batch.status === 'cancelled') && !batch.isSettling;
}

function shown(count: number): string {
  return count.toLocaleString('en');
}
