import type { PassageStore } from '#ports/store/documents.ts';
import { pageOf, readCursor } from '../../sql/cursor.ts';
import { CHUNKS, toChunk } from '../../sql/document-rows.ts';
import type { Session } from '../session.ts';
import { indexHistory } from './history.ts';

const LOAD = `${CHUNKS} where c.id = any($1) and v.project_id = $2 and v.status = 'published'`;

const LIST = `
  ${CHUNKS} where v.document_id = $1 and v.project_id = $2 and v.status = 'published' and c.number > $3
  order by c.number limit $4`;

/** Retrieval's reads: nothing of them ever sees a version that is not published. */
export function passageReads(session: Session, scans: Session): PassageStore {
  return {
    async load(projectId, chunkIds) {
      const rows = await session.all(LOAD, [chunkIds, projectId]);
      const byId = new Map(rows.map((row) => [row['id'] as number, row]));
      return chunkIds.flatMap((id) => {
        const row = byId.get(id);
        return row === undefined ? [] : [toChunk(row)];
      });
    },
    changes: indexHistory(scans),
    async chunks(projectId, documentId, page) {
      const after = readCursor(page.cursor) ?? 0;
      const rows = await scans.all(LIST, [documentId, projectId, after, page.limit + 1]);
      const { items, next } = pageOf(rows, page.limit, (row) => row['number'] as number);
      return { items: items.map(toChunk), next };
    },
  };
}
