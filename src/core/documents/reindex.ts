import type { SubmitCommand } from '#core/queue/submission.ts';
import type { Batch } from '#domain/batch.ts';
import type { Project } from '#domain/project.ts';
import type { Clock, Log } from '#ports/log.ts';
import type { BatchStore } from '#ports/store/batches.ts';
import type { EmbedderStore } from '#ports/store/embedders.ts';
import type { ProjectEmbedders } from './project-embedders.ts';

export interface ReindexDeps {
  readonly store: {
    readonly embedders: Pick<EmbedderStore, 'serving' | 'lacking' | 'serve'>;
    readonly batches: Pick<BatchStore, 'list'>;
  };
  readonly embedders: Pick<ProjectEmbedders, 'wanted'>;
  readonly submit: (command: SubmitCommand) => Promise<{ readonly batch: Batch }>;
  readonly cancel: (project: Project, batchId: number) => Promise<unknown>;
  /** Embedders of indexes that were found in order: a look at those is two reads. */
  readonly inOrder: Map<number, string>;
  readonly clock: Clock;
  readonly log: Log;
}

/** After a re-index with failures a person is to look; what came meanwhile is not indexed over and over. */
const REST_MS = 10 * 60_000;

/** Documents that one look takes on; the next one takes the rest. */
const MOST_DOCUMENTS = 10_000;

/**
 * Sees to it that a project's index is made with the embedder that its settings want: a batch gives every document
 * the vectors that it lacks, the old index serves meanwhile, and when nothing is lacking the new one takes its place at
 * once. It looks at what there is, so that it may be called at any time, after a crash too.
 */
export async function seeToIndex(deps: ReindexDeps, project: Project): Promise<void> {
  const { embedder, reach } = await deps.embedders.wanted(project.id);
  const serving = await deps.store.embedders.serving(project.id);
  const isServing = serving?.name === embedder.name && serving.reach === reach;
  if (isServing && deps.inOrder.get(project.id) === embedder.name) return;
  deps.inOrder.delete(project.id);
  const open = await openBatches(deps, project, embedder.name);
  for (const batch of open.others) await deps.cancel(project, batch.id);
  if (isServing) {
    deps.inOrder.set(project.id, embedder.name);
    return;
  }
  if (open.ours !== null) return;
  if (await deps.store.embedders.serve(project.id, { name: embedder.name, reach })) {
    if (serving !== null && serving.name !== embedder.name)
      deps.log('info', 'index_switched', { project: project.name, from: serving.name, to: embedder.name });
    return;
  }
  if (!open.isResting) await submitMissing(deps, project, embedder.name);
}

interface Reindexings {
  readonly ours: Batch | null;
  /** For an embedder that nobody wants any more. */
  readonly others: readonly Batch[];
  readonly isResting: boolean;
}

async function openBatches(deps: ReindexDeps, project: Project, name: string): Promise<Reindexings> {
  const { items } = await deps.store.batches.list(
    project.id,
    { source: 'reindex' },
    { limit: 20, cursor: null },
  );
  const open = items.filter(({ endedAt }) => endedAt === null);
  const last = items.find(({ source, endedAt }) => source.detail === name && endedAt !== null);
  return {
    ours: open.find(({ source }) => source.detail === name) ?? null,
    others: open.filter(({ source }) => source.detail !== name),
    isResting:
      last !== undefined &&
      last.counts.failed + last.counts.cancelled > 0 &&
      (last.endedAt ?? 0) + REST_MS > deps.clock(),
  };
}

async function submitMissing(deps: ReindexDeps, project: Project, name: string): Promise<void> {
  const page = { after: 0, limit: MOST_DOCUMENTS };
  const lacking = await deps.store.embedders.lacking(project.id, name, page);
  if (lacking.length === 0) return;
  await deps.submit({
    project,
    workload: 'reindex',
    input: { kind: 'received', entries: lacking.map((document) => ({ ...document })) },
    source: { kind: 'reindex', detail: name },
    name: `Index with ${name}`,
    // Behind what people wait for.
    priority: -5,
    paceMs: 0,
    concurrency: null,
    maxAttempts: null,
    options: { embedder: name },
    metadata: {},
    key: null,
  });
}
