import type { MakingCall, Submitted, SubmitCommand } from '#core/queue/submission.ts';
import { Fault } from '#domain/fault.ts';
import { showId } from '#domain/ids.ts';
import type { Project } from '#domain/project.ts';
import type { Blobs } from '#ports/blobs.ts';
import type { DocumentStore } from '#ports/store/documents.ts';
import { getDocument } from './get-document.ts';

export interface ReadAgainDeps {
  readonly documents: Pick<DocumentStore, 'find'>;
  readonly blobs: Pick<Blobs, 'get'>;
  readonly submit: (command: SubmitCommand) => Promise<Submitted>;
}

export interface ReadAgain extends MakingCall {
  readonly project: Project;
  readonly documentId: number;
}

/**
 * Reads the kept file of a document once more, as a batch of its own: the new version takes the place of the one that
 * is there when it is complete, and chunks that come out the same keep their vectors.
 *
 * @throws Fault `not_found`, `file_gone`
 */
export async function readAgain(
  { documents, blobs, submit }: ReadAgainDeps,
  { project, documentId, key, requestId }: ReadAgain,
): Promise<Submitted> {
  const { name, sha256, bytes, mediaType } = await getDocument(documents, project.id, documentId);
  const kept = await blobs.get(sha256);
  if (kept === null) throw gone(name, documentId);
  // It was only to be known that it is there.
  await kept[Symbol.asyncIterator]().return?.();
  return submit({
    project,
    workload: 'documents',
    input: { kind: 'received', entries: [{ name, sha256, bytes, mediaType }] },
    source: { kind: 'api', detail: name },
    name: null,
    priority: 0,
    paceMs: null,
    concurrency: null,
    maxAttempts: null,
    options: { refresh: true },
    metadata: {},
    key,
    requestId,
  });
}

function gone(name: string, documentId: number): Fault {
  const shown = showId('document', documentId);
  const message = `The file of ${shown} is no longer kept (PREHEAT_ORIGINALS): upload ${name} again.`;
  return new Fault('conflict', 'file_gone', message);
}
