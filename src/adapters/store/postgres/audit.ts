import type { AuditStore } from '#ports/store/audit.ts';
import { AUDIT_COLUMNS, AUDIT_TEXT, auditValues, toAuditEntry } from '../sql/audit-rows.ts';
import { pageOf, readCursor } from '../sql/cursor.ts';
import { likePattern } from '../sql/lists.ts';
import type { Session } from './session.ts';

const INSERT = `
  insert into audit (at, project_id, key_id, actor, action, thing, address, request_id)
  values ($1, $2, $3, $4, $5, $6, $7, $8)`;

const LIST = `
  select ${AUDIT_COLUMNS} from audit
   where id < $1 and ($2::text is null or ${AUDIT_TEXT} like lower($2) escape '\\')
     and ($4::bigint is null or project_id = $4)
   order by id desc limit $3`;

const SWEEP = 'delete from audit where id in (select id from audit where at < $1 order by at limit $2)';

/** @param scans for what walks many rows */
export function postgresAudit(session: Session, scans: Session): AuditStore {
  return {
    note: async (entry) => void (await session.run(INSERT, auditValues(entry))),
    sweep: (before, limit) => session.run(SWEEP, [before, limit]),
    async list(projectId, { text }, page) {
      const before = readCursor(page.cursor) ?? Number.MAX_SAFE_INTEGER;
      const pattern = text === undefined ? null : likePattern(text);
      const rows = await scans.all(LIST, [before, pattern, page.limit + 1, projectId]);
      return pageOf(rows.map(toAuditEntry), page.limit, (entry) => entry.id);
    },
  };
}
