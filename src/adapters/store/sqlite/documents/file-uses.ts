import type { DatabaseSync } from 'node:sqlite';
import type { FileUse } from '#ports/store/documents.ts';
import { toFileUses } from '../../sql/file-uses.ts';

/** Walks the open items of all documents batches: for the scan thread. */
export function fileUses(db: DatabaseSync): (sha256s: readonly string[]) => readonly FileUse[] {
  const open = db.prepare(`
    select distinct json_extract(i.payload, '$.sha256') as sha256
    from batches b join items i on i.id >= b.id * 16777216 and i.id < (b.id + 1) * 16777216
    where b.workload = 'documents' and i.status in ('pending', 'processing', 'failed', 'cancelled')
      and json_extract(i.payload, '$.sha256') in (select value from json_each(?))`);
  const visible = db.prepare(`
    select distinct sha256 from document_versions
    where status = 'published' and sha256 in (select value from json_each(?))`);
  return (sha256s) => {
    const asked = JSON.stringify(sha256s);
    return toFileUses(open.all(asked), visible.all(asked));
  };
}
