import type { Blobs } from '#ports/blobs.ts';
import type { DocumentStore } from '#ports/store/documents.ts';

export interface DropDeps {
  readonly blobs: Pick<Blobs, 'list' | 'delete'>;
  readonly documents: Pick<DocumentStore, 'fileUses'>;
  /** Whether files stay when their documents are indexed. */
  readonly keepsOriginals: boolean;
}

const GROUP = 500;

/** A file that an upload just brought has no item yet: the slowest upload is faster than this. */
const UNCLAIMED_MS = 24 * 3_600_000;

/** The same bytes may be on their way in once more. */
const SETTLED_MS = 60_000;

/**
 * Deletes kept files that nothing needs: those of no item and no document, and, where originals are not kept, those
 * whose documents are indexed. What an item may still read, or be tried again with, stays. Gives how many went.
 */
export async function dropFiles(deps: DropDeps, now: number): Promise<number> {
  let dropped = 0;
  let group: { sha256: string; keptAt: number }[] = [];
  for await (const entry of deps.blobs.list()) {
    if (now - entry.keptAt < SETTLED_MS) continue;
    if (group.push(entry) < GROUP) continue;
    dropped += await dropGroup(deps, group, now);
    group = [];
  }
  return dropped + (await dropGroup(deps, group, now));
}

async function dropGroup(
  { blobs, documents, keepsOriginals }: DropDeps,
  group: readonly { readonly sha256: string; readonly keptAt: number }[],
  now: number,
): Promise<number> {
  if (group.length === 0) return 0;
  const uses = await documents.fileUses(group.map(({ sha256 }) => sha256));
  const useOf = new Map(uses.map((use) => [use.sha256, use]));
  const unneeded = group.filter(({ sha256, keptAt }) => {
    const use = useOf.get(sha256);
    if (use?.isOpen === true) return false;
    return use?.isVisible === true ? !keepsOriginals : now - keptAt > UNCLAIMED_MS;
  });
  for (const { sha256 } of unneeded) await blobs.delete(sha256);
  return unneeded.length;
}
