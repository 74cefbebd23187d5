import type { FileUse } from '#ports/store/documents.ts';

type Row = Record<string, unknown>;

/** Files that open items name, and those of visible documents, as one list. */
export function toFileUses(open: readonly Row[], visible: readonly Row[]): FileUse[] {
  const [isOpen, isVisible] = [open, visible].map(
    (rows) => new Set(rows.map((row) => row['sha256'] as string)),
  );
  return [...new Set([...(isOpen ?? []), ...(isVisible ?? [])])].map((sha256) => ({
    sha256,
    isOpen: isOpen?.has(sha256) === true,
    isVisible: isVisible?.has(sha256) === true,
  }));
}
