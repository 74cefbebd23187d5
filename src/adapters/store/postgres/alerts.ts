import type { Statements } from '#clients/postgres.ts';
import type { Alert } from '#domain/alert.ts';
import type { AlertStore } from '#ports/store/alerts.ts';
import { ALERT_COLUMNS, detailOfAlert, SERVER_ALERTS_GO_TO, toAlert } from '../sql/alert-rows.ts';
import { pageOf, readCursor } from '../sql/cursor.ts';
import { tellEvent } from './outbox.ts';
import type { Session } from './session.ts';

const RAISE = `
  insert into alerts (project_id, kind, message, value, threshold, raised_at) values ($1, $2, $3, $4, $5, $6)
  on conflict do nothing returning ${ALERT_COLUMNS}`;

const CLEAR = `
  update alerts set cleared_at = $1, message = $2
   where coalesce(project_id, 0) = $3 and kind = $4 and cleared_at is null returning ${ALERT_COLUMNS}`;

const OPEN = `select ${ALERT_COLUMNS} from alerts where cleared_at is null order by id`;
const ALL = `select ${ALERT_COLUMNS} from alerts where id < $1 order by id desc limit $2`;
const OF_PROJECT = `
  select ${ALERT_COLUMNS} from alerts where id < $1 and project_id = $3 order by id desc limit $2`;

const BACKLOG = `
  select coalesce(sum(c.pending), 0) as waiting from batches b join batch_counts c on c.batch_id = b.id
   where b.project_id = $1 and b.status = 'processing' and b.created_at <= $2`;

const SWEEP = 'delete from alerts where cleared_at is not null and cleared_at < $1';

export function postgresAlerts(session: Session): AlertStore {
  return {
    raise: ({ projectId, kind, message, value, threshold }, now) =>
      session.transaction(async (tx) => {
        const row = await tx.first(RAISE, [projectId, kind, message, value, threshold, now]);
        return tell(tx, row, 'alert.raised', now);
      }),
    clear: ({ projectId, kind, message }, now) =>
      session.transaction(async (tx) =>
        tell(tx, await tx.first(CLEAR, [now, message, projectId ?? 0, kind]), 'alert.cleared', now),
      ),
    open: async () => (await session.all(OPEN)).map(toAlert),
    async list(projectId, page) {
      const values = [readCursor(page.cursor) ?? Number.MAX_SAFE_INTEGER, page.limit + 1];
      const rows =
        projectId === null
          ? await session.all(ALL, values)
          : await session.all(OF_PROJECT, [...values, projectId]);
      return pageOf(rows.map(toAlert), page.limit, ({ id }) => id);
    },
    backlog: async (projectId, submittedBefore) =>
      (await session.first(BACKLOG, [projectId, submittedBefore]))?.['waiting'] as number,
    sweep: async (clearedBefore) => void (await session.run(SWEEP, [clearedBefore])),
  };
}

async function tell(
  tx: Statements,
  row: Record<string, unknown> | undefined,
  event: 'alert.raised' | 'alert.cleared',
  now: number,
): Promise<Alert | null> {
  if (row === undefined) return null;
  const alert = toAlert(row);
  const projectId = alert.projectId ?? (await defaultProject(tx));
  if (projectId !== undefined)
    await tellEvent(tx, { projectId, event, subject: alert.id, detail: detailOfAlert(alert) }, now);
  return alert;
}

async function defaultProject(tx: Statements): Promise<number | undefined> {
  const row = await tx.first('select id from projects where name = $1', [SERVER_ALERTS_GO_TO]);
  return row?.['id'] as number | undefined;
}
