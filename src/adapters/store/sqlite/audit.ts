import type { DatabaseSync } from 'node:sqlite';
import type { AuditEntry, NewAuditEntry } from '#domain/audit.ts';
import type { Page, PageRequest } from '#domain/page.ts';
import type { AuditFilter, AuditStore } from '#ports/store/audit.ts';
import { AUDIT_COLUMNS, AUDIT_TEXT, auditValues, toAuditEntry } from '../sql/audit-rows.ts';
import { pageOf, readCursor } from '../sql/cursor.ts';
import { likePattern } from '../sql/lists.ts';
import type { Remote } from './remote.ts';

export function auditWrites(db: DatabaseSync) {
  const insert = db.prepare(
    `insert into audit (at, project_id, key_id, actor, action, thing, address, request_id) values (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const sweep = db.prepare(
    'delete from audit where id in (select id from audit where at < ? order by at limit ?)',
  );
  return {
    note(entry: NewAuditEntry): void {
      insert.run(...auditValues(entry));
    },
    sweep(before: number, limit: number): number {
      return Number(sweep.run(before, limit).changes);
    },
  };
}

/** A search walks the rows, so it goes on the scan thread. */
export function auditScans(db: DatabaseSync) {
  const select = (where: string) =>
    db.prepare(
      `select ${AUDIT_COLUMNS} from audit where ${where} id < :before
          and (:text is null or ${AUDIT_TEXT} like lower(:text) escape '\\') order by id desc limit :limit`,
    );
  const all = select('');
  const ofProject = select('project_id = :projectId and');
  return {
    list(projectId: number | null, { text }: AuditFilter, page: PageRequest): Page<AuditEntry> {
      const values = {
        before: readCursor(page.cursor) ?? Number.MAX_SAFE_INTEGER,
        text: text === undefined ? null : likePattern(text),
        limit: page.limit + 1,
      };
      const rows = projectId === null ? all.all(values) : ofProject.all({ ...values, projectId });
      return pageOf(rows.map(toAuditEntry), page.limit, (entry) => entry.id);
    },
  };
}

export function sqliteAudit(
  writes: Remote<typeof auditWrites>,
  scans: Remote<typeof auditScans>,
): AuditStore {
  return { note: writes.note, sweep: writes.sweep, list: scans.list };
}
