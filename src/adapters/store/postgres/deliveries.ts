import type { Statements } from '#clients/postgres.ts';
import type { DeliverySettlement, DeliveryStore } from '#ports/store/webhooks.ts';
import { pageOf, readCursor } from '../sql/cursor.ts';
import { CLAIMED_COLUMNS, DELIVERY_COLUMNS, toClaimed, toDelivery } from '../sql/webhook-rows.ts';
import type { Session } from './session.ts';

const ADD = `
  insert into deliveries (project_id, webhook_id, event, detail, due_at, created_at)
  select project_id, id, $3, $4, $5::bigint, $5::bigint from webhooks
   where id = $1 and project_id = $2 and is_on = 1 and url is not null
  returning ${DELIVERY_COLUMNS}`;

const DUE = `
  select exists (select 1 from webhooks w where w.is_on = 1 and exists
           (select 1 from deliveries d where d.webhook_id = w.id and d.status = 'pending' and d.due_at <= $1))
      or exists (select 1 from deliveries where status = 'sending' and due_at <= $1) as is_due`;

const GIVE_UP = `
  update deliveries set status = 'pending'
   where id = any(array(select id from deliveries where status = 'sending' and due_at <= $1 order by id for update skip locked))`;

/** Webhooks are locked, so that two that claim at once do not each fill the room of one. */
const WAITING = `
  select w.id, (select count(*) from deliveries d where d.webhook_id = w.id and d.status = 'sending') as busy
    from webhooks w where w.is_on = 1 and exists
     (select 1 from deliveries d where d.webhook_id = w.id and d.status = 'pending' and d.due_at <= $1)
   order by w.id for update skip locked`;

const TAKE = `
  update deliveries set status = 'sending', attempts = attempts + 1, due_at = $1 where id = any(array(
    select id from deliveries where webhook_id = $2 and status = 'pending' and due_at <= $3
     order by due_at, id limit $4 for update skip locked))
  returning id`;

const READ = `
  select ${CLAIMED_COLUMNS} from deliveries d join webhooks w on w.id = d.webhook_id
    join projects p on p.id = d.project_id where d.id = any($1) order by d.id`;

const MOVE = `
  update deliveries set status = $1, due_at = coalesce($2::bigint, due_at), ended_at = $3::bigint,
         log = (log::jsonb || $4::jsonb)::text
   where id = $5 and attempts = $6 and status = 'sending'`;

const ARRIVED = 'update webhooks set failing_since = null, delivered_at = $1 where id = $2';
const FAILING = 'update webhooks set failing_since = coalesce(failing_since, $1) where id = $2';
const SWITCH_OFF =
  'update webhooks set is_on = 0, off_at = $1, off_reason = $2, updated_at = $1 where id = $3 and is_on = 1';

const RETRY = `
  update deliveries set status = 'pending', due_at = $1, ended_at = null, attempts = 0
   where id = $2 and project_id = $3 and status = 'failed'`;

const SWEEP = `
  delete from deliveries where id = any(array(
    select id from deliveries where created_at < $1 and status <> 'sending' order by created_at limit $2))`;

const FIND = `select ${DELIVERY_COLUMNS} from deliveries where id = $1 and project_id = $2`;

const LIST = `
  select ${DELIVERY_COLUMNS} from deliveries where webhook_id = $1 and project_id = $2 and id < $3
   order by id desc limit $4`;

export function postgresDeliveries(session: Session): DeliveryStore {
  return {
    async add({ projectId, webhookId, event, detail }, now) {
      const row = await session.first(ADD, [webhookId, projectId, event, JSON.stringify(detail), now]);
      return row === undefined ? null : toDelivery(row);
    },
    isDue: async (now) => (await session.first(DUE, [now]))?.['is_due'] === true,
    claim: ({ now, leaseMs, limit, perWebhook }) =>
      session.transaction(async (tx) => {
        await tx.run(GIVE_UP, [now]);
        const taken: number[] = [];
        for (const row of await tx.all(WAITING, [now])) {
          const room = Math.min(perWebhook - (row['busy'] as number), limit - taken.length);
          if (room <= 0) continue;
          const rows = await tx.all(TAKE, [now + leaseMs, row['id'], now, room]);
          taken.push(...rows.map(({ id }) => id as number));
        }
        return taken.length === 0 ? [] : (await tx.all(READ, [taken])).map(toClaimed);
      }),
    release: async () =>
      void (await session.run(
        `update deliveries set status = 'pending', due_at = created_at where status = 'sending'`,
      )),
    settle: (settlements, now) =>
      session.transaction(async (tx) => {
        const inOrder = [...settlements].sort((a, b) => a.webhookId - b.webhookId || a.id - b.id);
        for (const settlement of inOrder) await settle(tx, settlement, now);
      }),
    async find(projectId, deliveryId) {
      const row = await session.first(FIND, [deliveryId, projectId]);
      return row === undefined ? null : toDelivery(row);
    },
    async list(projectId, webhookId, page) {
      const before = readCursor(page.cursor) ?? Number.MAX_SAFE_INTEGER;
      const rows = await session.all(LIST, [webhookId, projectId, before, page.limit + 1]);
      return pageOf(rows.map(toDelivery), page.limit, ({ id }) => id);
    },
    retry: async (projectId, deliveryId, now) =>
      (await session.run(RETRY, [now, deliveryId, projectId])) === 1,
    sweep: (before, limit) => session.run(SWEEP, [before, limit]),
  };
}

async function settle(tx: Statements, settlement: DeliverySettlement, now: number): Promise<void> {
  const { id, webhookId, attempts, attempt, outcome, offReason } = settlement;
  const isRetry = outcome.kind === 'retry';
  const moved = await tx.run(MOVE, [
    isRetry ? 'pending' : outcome.kind,
    isRetry ? outcome.dueAt : null,
    isRetry ? null : now,
    JSON.stringify([attempt]),
    id,
    attempts,
  ]);
  if (moved === 0) return;
  if (outcome.kind === 'delivered') await tx.run(ARRIVED, [now, webhookId]);
  else await tx.run(FAILING, [attempt.at, webhookId]);
  if (offReason !== null) await tx.run(SWITCH_OFF, [now, offReason, webhookId]);
}
