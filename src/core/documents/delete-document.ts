import { notFound } from '#domain/fault.ts';
import { showId } from '#domain/ids.ts';
import type { Carry } from '#domain/effect.ts';
import type { ComingChange } from '#ports/store/carried.ts';
import type { DocumentStore } from '#ports/store/documents.ts';

/** Which answers a change may touch; null: it is not known. */
export type CarryOf = (projectId: number, change: ComingChange) => Promise<Carry | null>;

/** Takes a document out of sight at once; its rows go later, in steps. @throws Fault `not_found` */
export async function deleteDocument(
  deps: {
    readonly documents: Pick<DocumentStore, 'remove'>;
    readonly carryOf: CarryOf;
    readonly clock: () => number;
  },
  projectId: number,
  documentId: number,
): Promise<void> {
  const carry = await deps.carryOf(projectId, { documentId });
  const wasThere = await deps.documents.remove(projectId, documentId, { now: deps.clock(), carry });
  if (!wasThere) throw notFound('document', showId('document', documentId));
}
