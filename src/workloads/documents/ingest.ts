import { retag } from '#core/documents/tag-document.ts';
import { embeddingFigures } from '#core/documents/embedding-figures.ts';
import type { Document } from '#domain/document.ts';
import { documentsFull } from '#domain/caps.ts';
import { Fault } from '#domain/fault.ts';
import type { ClaimedItem, Outcome } from '#domain/outcome.ts';
import type { EmbedSpending } from '#ports/model.ts';
import type { FigureStore } from '#ports/store/figures.ts';
import type { DocumentStore } from '#ports/store/documents.ts';
import type { RunContext } from '#ports/workload.ts';
import { fileOf, refusalOf } from './file.ts';
import type { IncomingVersion } from './incoming-version.ts';
import { stageFile } from './stage-file.ts';
import type { StageDeps } from './stage-file.ts';
import { unpack } from './unpack.ts';
import type { UnpackDeps } from './unpack.ts';

export interface DocumentDeps extends UnpackDeps, StageDeps {
  readonly blobs: UnpackDeps['blobs'];
  readonly store: StageDeps['store'] & {
    readonly documents: Pick<DocumentStore, 'findBy' | 'setTags' | 'totals'>;
    readonly figures: Pick<FigureStore, 'add'>;
  };
}

/** Reads one file into a version that the item's settle makes visible. */
export async function ingest(deps: DocumentDeps, item: ClaimedItem, context: RunContext): Promise<Outcome> {
  const refused = refusalOf(item.payload);
  if (refused !== null) return { kind: 'failed', error: refused };
  const file = fileOf(item.payload);
  if ('problem' in file) return failed('bad_payload', file.problem.message);
  const spending = { tokens: 0, costMicros: 0 };
  const incoming = { ...file.ok, projectId: item.projectId, itemId: item.id, spending };
  const skipped = await skipOf(deps, incoming, context.options['refresh'] === true);
  if (skipped !== null) return skipped;
  try {
    await refuseBeyondCap(deps, incoming);
    const unpacked = incoming.isZip ? await unpack(deps, incoming, context) : null;
    if (unpacked !== null) return unpacked;
    return await stageFile(deps, incoming, context);
  } catch (error) {
    await countLost(deps, item, spending);
    if (!(error instanceof Fault) || !ABOUT_THE_FILE.has(error.kind)) throw error;
    return failed(error.code, error.message);
  }
}

/** A run that failed settles without effects, but what it had embedded was paid for. */
async function countLost(deps: DocumentDeps, item: ClaimedItem, spending: EmbedSpending): Promise<void> {
  const figures = embeddingFigures(spending);
  if (figures === null) return;
  const { store, clock } = deps;
  await store.figures.add(item.projectId, item.batchId, figures, clock()).catch(() => undefined);
}

/**
 * Looked at before the work; what is published is counted once more then, since others come at the same time.
 *
 * @throws Fault `documents_full`
 */
async function refuseBeyondCap(deps: DocumentDeps, { projectId, name }: IncomingVersion): Promise<void> {
  const most = await deps.mostDocuments(projectId);
  if (most === null || (await deps.store.documents.findBy(projectId, { name })) !== null) return;
  const { total } = await deps.store.documents.totals(projectId);
  if (total >= most) throw new Fault('refused', 'documents_full', documentsFull(most));
}

/** Why a file need not be read; null when it has to be. */
async function skipOf(
  { store: { documents }, carryOf, clock }: DocumentDeps,
  { projectId, itemId, name, sha256, bytes, tags }: IncomingVersion,
  isRefresh: boolean,
): Promise<Outcome | null> {
  const visible = await documents.findBy(projectId, { name });
  if (visible !== null && visible.itemId > itemId) return skipped('superseded', visible);
  if (visible?.sha256 === sha256 && !isRefresh) {
    if (tags !== null && !isSame(tags, visible.tags))
      await retag({ documents, carryOf, clock }, projectId, { documentId: visible.id, tags });
    return skipped('unchanged', visible);
  }
  // All empty files have the same bytes, and nothing else in common.
  const twin = visible === null && bytes > 0 ? await documents.findBy(projectId, { sha256 }) : null;
  return twin === null ? null : skipped('same_content', twin);
}

function isSame(tags: readonly string[], others: readonly string[]): boolean {
  return tags.length === others.length && tags.every((tag, i) => tag === others[i]);
}

function skipped(reason: string, { id, name }: Document): Outcome {
  return { kind: 'skipped', reason, result: { document: name, documentId: id } };
}

/** Faults that the same file will bring again. */
const ABOUT_THE_FILE: ReadonlySet<string> = new Set(['invalid', 'unsupported', 'refused', 'too_large']);

function failed(code: string, message: string): Outcome {
  return { kind: 'failed', error: { code, message } };
}
