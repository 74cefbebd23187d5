import type { DatabaseSync } from 'node:sqlite';
import type { PassageStore } from '#ports/store/documents.ts';
import { pageOf, readCursor } from '../../sql/cursor.ts';
import { CHUNKS, toChunk } from '../../sql/document-rows.ts';
import { indexHistory } from './history.ts';

/** Retrieval's reads: nothing of them ever sees a version that is not published. */
export function passageReads(db: DatabaseSync): PassageStore {
  const load = db.prepare(`
    ${CHUNKS} where c.id in (select value from json_each(:ids)) and v.project_id = :projectId and v.status = 'published'`);
  const chunks = db.prepare(`
    ${CHUNKS} where v.document_id = :documentId and v.project_id = :projectId and v.status = 'published'
      and c.number > :after order by c.number limit :limit`);

  return {
    changes: indexHistory(db),
    async load(projectId, chunkIds) {
      const rows = load.all({ ids: JSON.stringify(chunkIds), projectId });
      const byId = new Map(rows.map((row) => [row['id'] as number, row]));
      return chunkIds.flatMap((id) => {
        const row = byId.get(id);
        return row === undefined ? [] : [toChunk(row)];
      });
    },
    async chunks(projectId, documentId, page) {
      const after = readCursor(page.cursor) ?? 0;
      const rows = chunks.all({ projectId, documentId, after, limit: page.limit + 1 });
      const { items, next } = pageOf(rows, page.limit, (row) => row['number'] as number);
      return { items: items.map(toChunk), next };
    },
  };
}
