import type { ClaimedItem, Settlement } from '#domain/outcome.ts';
import type { Batch } from '#domain/batch.ts';
import type { BatchDraft, NewItem } from './batches.ts';
import type { Store } from './store.ts';

/** What the contract suites of the store begin with. */
export const NOW = 1_800_000_000_000;

export interface TestStore {
  readonly store: Store;
  readonly projectId: number;
  readonly workerId: number;
  close(): Promise<void>;
}

/** A store with a project and a worker in it. */
export async function begin(opened: { store: Store; close(): Promise<void> }): Promise<TestStore> {
  const { store } = opened;
  const project = await store.projects.ensure('default', NOW);
  const workerId = await store.workers.register({ host: 'h', pid: 1, version: '0', role: 'server' }, NOW);
  return { store, projectId: project.id, workerId, close: () => opened.close() };
}

export function draft(projectId: number, changes: Partial<BatchDraft> = {}): BatchDraft {
  return {
    projectId,
    workload: 'noop',
    name: null,
    source: { kind: 'api', detail: null },
    priority: 0,
    paceMs: 0,
    concurrency: null,
    maxAttempts: 3,
    options: {},
    metadata: {},
    ...changes,
  };
}

export function rows(count: number, word = 'question'): NewItem[] {
  return Array.from({ length: count }, (_, i) => ({ payload: { question: `${word} ${i + 1}` } }));
}

export function submit(test: TestStore, count: number, changes: Partial<BatchDraft> = {}): Promise<Batch> {
  return test.store.intake.submit(draft(test.projectId, changes), rows(count), null, NOW);
}

export async function claim(test: TestStore, limit: number, now = NOW): Promise<readonly ClaimedItem[]> {
  return (await test.store.items.claim({ workerId: test.workerId, limit, now })).items;
}

export function completed(item: Pick<ClaimedItem, 'id' | 'generation'>): Settlement {
  return {
    itemId: item.id,
    generation: item.generation,
    outcome: { kind: 'completed', result: null, effects: [] },
  };
}

export function failed(item: Pick<ClaimedItem, 'id' | 'generation'>, code = 'broken'): Settlement {
  return {
    itemId: item.id,
    generation: item.generation,
    outcome: { kind: 'failed', error: { code, message: `It is ${code}.` } },
  };
}

export function retried(item: Pick<ClaimedItem, 'id' | 'generation'>, availableAt: number): Settlement {
  return {
    itemId: item.id,
    generation: item.generation,
    outcome: { kind: 'retry', availableAt, error: { code: 'busy', message: 'It is busy.' } },
  };
}
