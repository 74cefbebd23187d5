import type { DatabaseSync } from 'node:sqlite';
import type { Alert, Reading } from '#domain/alert.ts';
import type { AlertStore } from '#ports/store/alerts.ts';
import { ALERT_COLUMNS, detailOfAlert, SERVER_ALERTS_GO_TO, toAlert } from '../sql/alert-rows.ts';
import { pageOf, readCursor } from '../sql/cursor.ts';
import { tellEvent } from './outbox.ts';
import type { Remote } from './remote.ts';

export function alertWrites(db: DatabaseSync) {
  const raise = db.prepare(`
    insert into alerts (project_id, kind, message, value, threshold, raised_at) values (?, ?, ?, ?, ?, ?)
    on conflict do nothing returning ${ALERT_COLUMNS}`);
  const clear = db.prepare(`
    update alerts set cleared_at = ?, message = ?
     where coalesce(project_id, 0) = ? and kind = ? and cleared_at is null returning ${ALERT_COLUMNS}`);
  const sweep = db.prepare('delete from alerts where cleared_at is not null and cleared_at < ?');
  const findDefault = db.prepare('select id from projects where name = ?');
  const tell = tellEvent(db);
  const told = (row: unknown, event: 'alert.raised' | 'alert.cleared', now: number): Alert | null => {
    if (row === undefined) return null;
    const alert = toAlert(row);
    const projectId = alert.projectId ?? (findDefault.get(SERVER_ALERTS_GO_TO)?.['id'] as number | undefined);
    if (projectId !== undefined)
      tell({ projectId, event, subject: alert.id, detail: detailOfAlert(alert) }, now);
    return alert;
  };
  return {
    raise({ projectId, kind, message, value, threshold }: Reading, now: number): Alert | null {
      return told(raise.get(projectId, kind, message, value, threshold, now), 'alert.raised', now);
    },
    clear({ projectId, kind, message }: Reading, now: number): Alert | null {
      return told(clear.get(now, message, projectId ?? 0, kind), 'alert.cleared', now);
    },
    sweep(clearedBefore: number): void {
      sweep.run(clearedBefore);
    },
  };
}

export function sqliteAlerts(db: DatabaseSync, writes: Remote<typeof alertWrites>): AlertStore {
  const open = db.prepare(`select ${ALERT_COLUMNS} from alerts where cleared_at is null order by id`);
  const all = db.prepare(`select ${ALERT_COLUMNS} from alerts where id < ? order by id desc limit ?`);
  const ofProject = db.prepare(
    `select ${ALERT_COLUMNS} from alerts where project_id = ? and id < ? order by id desc limit ?`,
  );
  const backlog = db.prepare(`
    select coalesce(sum(c.pending), 0) as waiting from batches b join batch_counts c on c.batch_id = b.id
     where b.project_id = ? and b.status = 'processing' and b.created_at <= ?`);
  return {
    raise: writes.raise,
    clear: writes.clear,
    sweep: writes.sweep,
    async open() {
      return open.all().map(toAlert);
    },
    async list(projectId, page) {
      const before = readCursor(page.cursor) ?? Number.MAX_SAFE_INTEGER;
      const limit = page.limit + 1;
      const rows = projectId === null ? all.all(before, limit) : ofProject.all(projectId, before, limit);
      return pageOf(rows.map(toAlert), page.limit, ({ id }) => id);
    },
    async backlog(projectId, submittedBefore) {
      return backlog.get(projectId, submittedBefore)?.['waiting'] as number;
    },
  };
}
