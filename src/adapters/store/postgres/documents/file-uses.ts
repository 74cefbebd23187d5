import type { FileUse } from '#ports/store/documents.ts';
import { toFileUses } from '../../sql/file-uses.ts';
import type { Session } from '../session.ts';

const OPEN = `
  select distinct i.payload::jsonb ->> 'sha256' as sha256
    from batches b join items i on i.id >= b.id * 16777216 and i.id < (b.id + 1) * 16777216
   where b.workload = 'documents' and i.status in ('pending', 'processing', 'failed', 'cancelled')
     and i.payload::jsonb ->> 'sha256' = any($1::text[])`;

const VISIBLE = `
  select distinct sha256 from document_versions where status = 'published' and sha256 = any($1::text[])`;

export function fileUses(scans: Session) {
  return async (sha256s: readonly string[]): Promise<readonly FileUse[]> =>
    toFileUses(await scans.all(OPEN, [sha256s]), await scans.all(VISIBLE, [sha256s]));
}
