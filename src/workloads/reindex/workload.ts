import { embeddingFigures, embeddingResult } from '#core/documents/embedding-figures.ts';
import { budgetedEmbedder } from '#core/platform/budgeted-embedder.ts';
import type { TokenBudgets } from '#core/platform/token-budgets.ts';
import type { ProjectEmbedders } from '#core/documents/project-embedders.ts';
import { searchedTextOf } from '#domain/document.ts';
import { Fault } from '#domain/fault.ts';
import type { Json, JsonObject } from '#domain/json.ts';
import type { ClaimedItem, Outcome } from '#domain/outcome.ts';
import type { Embedder, EmbedSpending } from '#ports/model.ts';
import type { EmbedderStore } from '#ports/store/embedders.ts';
import type { NewWork, Readable, RunContext, Workload } from '#ports/workload.ts';

export interface ReindexDeps {
  readonly store: { readonly embedders: Pick<EmbedderStore, 'chunksLacking' | 'putVectors'> };
  readonly embedders: Pick<ProjectEmbedders, 'wanted'>;
  readonly budgets: Pick<TokenBudgets, 'run'>;
}

/** Chunks that are embedded and written at once. */
const GROUP = 100;

/** Gives documents the vectors of another embedder, beside those that serve; each item is a document. */
export function reindexWorkload(deps: ReindexDeps): Workload {
  return {
    name: 'reindex',
    takesOnlyReceived: true,
    readOptions,
    readEntry,
    readFile: null,
    describe: ({ name }) => (typeof name === 'string' ? name : 'a document'),
    run: (item, context) => reindex(deps, item, context),
  };
}

function readOptions(options: JsonObject): Readable<JsonObject> {
  const { embedder } = options;
  if (typeof embedder === 'string') return { ok: { embedder } };
  return { problem: { field: 'options.embedder', message: 'embedder is the name of the embedder' } };
}

function readEntry(entry: Json): Readable<NewWork> {
  const { documentId, name } = (entry ?? {}) as JsonObject;
  if (typeof documentId !== 'number' || typeof name !== 'string')
    return { problem: { message: 'a reindex item is a document: change the embedder instead' } };
  return { ok: { payload: { documentId, name }, sameness: String(documentId) } };
}

async function reindex(deps: ReindexDeps, item: ClaimedItem, context: RunContext): Promise<Outcome> {
  const { documentId, name } = item.payload as { readonly documentId: number; readonly name: string };
  const { embedder } = await deps.embedders.wanted(item.projectId);
  if (embedder.name !== context.options['embedder'])
    return { kind: 'skipped', reason: 'embedder_changed', result: null };
  const spending = { tokens: 0, costMicros: 0 };
  let done = 0;
  for (;;) {
    context.signal.throwIfAborted();
    const { embedders } = deps.store;
    const chunks = await embedders.chunksLacking(item.projectId, documentId, embedder.name, GROUP);
    if (chunks.length === 0) break;
    context.report({ name: `embedding, ${done} chunks so far` });
    const payer = { projectId: item.projectId, keyId: null };
    const vectors = await embedAll(
      budgetedEmbedder(embedder, payer, deps.budgets),
      chunks.map(searchedTextOf),
      {
        signal: context.signal,
        spending,
      },
    );
    await embedders.putVectors(
      embedder.name,
      chunks.map(({ id: chunkId }, index) => ({ chunkId, vector: vectors[index] as Float32Array })),
    );
    done += chunks.length;
  }
  if (done === 0) return { kind: 'skipped', reason: 'unchanged', result: null };
  const figures = embeddingFigures(spending);
  return {
    kind: 'completed',
    result: { document: name, vectors: done, ...embeddingResult(spending) },
    effects: figures === null ? [] : [{ kind: 'figures', figures }],
  };
}

async function embedAll(
  embedder: Embedder,
  texts: readonly string[],
  { signal, spending }: { readonly signal: AbortSignal; readonly spending: EmbedSpending },
): Promise<readonly Float32Array[]> {
  const vectors = await embedder.embed(texts, signal, { spending });
  if (vectors.length === texts.length) return vectors;
  const message = `${embedder.name} gave ${vectors.length} vectors for ${texts.length} texts.`;
  throw new Fault('unavailable', 'embedder_failed', message);
}
