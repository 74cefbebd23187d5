import type { DatabaseSync } from 'node:sqlite';
import type { Delivery } from '#domain/webhook.ts';
import type {
  ClaimedDelivery,
  DeliveryClaim,
  DeliverySettlement,
  DeliveryStore,
  NewDelivery,
} from '#ports/store/webhooks.ts';
import { pageOf, readCursor } from '../sql/cursor.ts';
import { CLAIMED_COLUMNS, DELIVERY_COLUMNS, toClaimed, toDelivery } from '../sql/webhook-rows.ts';
import type { Remote } from './remote.ts';

export function deliveryWrites(db: DatabaseSync) {
  const add = db.prepare(`
    insert into deliveries (project_id, webhook_id, event, detail, due_at, created_at)
    select project_id, id, :event, :detail, :now, :now from webhooks
     where id = :webhook and project_id = :project and is_on = 1 and url is not null
    returning ${DELIVERY_COLUMNS}`);
  const retry = db.prepare(`
    update deliveries set status = 'pending', due_at = ?, ended_at = null, attempts = 0
     where id = ? and project_id = ? and status = 'failed'`);
  const release = db.prepare(
    `update deliveries set status = 'pending', due_at = created_at where status = 'sending'`,
  );
  const sweep = db.prepare(
    `delete from deliveries where id in
       (select id from deliveries where created_at < ? and status <> 'sending' order by created_at limit ?)`,
  );
  return {
    add({ projectId, webhookId, event, detail }: NewDelivery, now: number): Delivery | null {
      const values = { project: projectId, webhook: webhookId, event, detail: JSON.stringify(detail), now };
      const row = add.get(values);
      return row === undefined ? null : toDelivery(row);
    },
    claim: claimDeliveries(db),
    release(): void {
      release.run();
    },
    settle: settleDeliveries(db),
    retry(projectId: number, deliveryId: number, now: number): boolean {
      return retry.run(now, deliveryId, projectId).changes === 1;
    },
    sweep(before: number, limit: number): number {
      return Number(sweep.run(before, limit).changes);
    },
  };
}

function claimDeliveries(db: DatabaseSync): (claim: DeliveryClaim) => ClaimedDelivery[] {
  const giveUp = db.prepare(
    `update deliveries set status = 'pending' where status = 'sending' and due_at <= ?`,
  );
  const waiting = db.prepare(`
    select w.id, (select count(*) from deliveries d where d.webhook_id = w.id and d.status = 'sending') as busy
      from webhooks w where w.is_on = 1 and exists
       (select 1 from deliveries d where d.webhook_id = w.id and d.status = 'pending' and d.due_at <= ?)`);
  const take = db.prepare(`
    update deliveries set status = 'sending', attempts = attempts + 1, due_at = ? where id in
       (select id from deliveries where webhook_id = ? and status = 'pending' and due_at <= ? order by due_at, id limit ?)
    returning id`);
  const read = db.prepare(`
    select ${CLAIMED_COLUMNS} from deliveries d join webhooks w on w.id = d.webhook_id
      join projects p on p.id = d.project_id where d.id = ?`);
  return ({ now, leaseMs, limit, perWebhook }) => {
    giveUp.run(now);
    const taken: number[] = [];
    for (const row of waiting.all(now)) {
      const room = Math.min(perWebhook - (row['busy'] as number), limit - taken.length);
      if (room <= 0) continue;
      const rows = take.all(now + leaseMs, row['id'] as number, now, room);
      taken.push(...rows.map(({ id }) => id as number));
    }
    return taken.map((id) => toClaimed(read.get(id)));
  };
}

function settleDeliveries(
  db: DatabaseSync,
): (settlements: readonly DeliverySettlement[], now: number) => void {
  const move = db.prepare(`
    update deliveries set status = ?, due_at = coalesce(?, due_at), ended_at = ?, log = json_insert(log, '$[#]', json(?))
     where id = ? and attempts = ? and status = 'sending'`);
  const arrived = db.prepare('update webhooks set failing_since = null, delivered_at = ? where id = ?');
  const failing = db.prepare('update webhooks set failing_since = coalesce(failing_since, ?) where id = ?');
  const switchOff = db.prepare(
    'update webhooks set is_on = 0, off_at = ?, off_reason = ?, updated_at = ?1 where id = ? and is_on = 1',
  );
  return (settlements, now) => {
    for (const { id, webhookId, attempts, attempt, outcome, offReason } of settlements) {
      const status = outcome.kind === 'retry' ? 'pending' : outcome.kind;
      const dueAt = outcome.kind === 'retry' ? outcome.dueAt : null;
      const endedAt = outcome.kind === 'retry' ? null : now;
      if (move.run(status, dueAt, endedAt, JSON.stringify(attempt), id, attempts).changes === 0) continue;
      if (outcome.kind === 'delivered') arrived.run(now, webhookId);
      else failing.run(attempt.at, webhookId);
      if (offReason !== null) switchOff.run(now, offReason, webhookId);
    }
  };
}

export function sqliteDeliveries(db: DatabaseSync, writes: Remote<typeof deliveryWrites>): DeliveryStore {
  const { add, claim, release, settle, retry, sweep } = writes;
  // Two looks, for an index each.
  const due = db.prepare(`
    select exists (select 1 from webhooks w where w.is_on = 1 and exists
             (select 1 from deliveries d where d.webhook_id = w.id and d.status = 'pending' and d.due_at <= ?1))
        or exists (select 1 from deliveries where status = 'sending' and due_at <= ?1) as is_due`);
  const find = db.prepare(`select ${DELIVERY_COLUMNS} from deliveries where id = ? and project_id = ?`);
  const list = db.prepare(`
    select ${DELIVERY_COLUMNS} from deliveries where webhook_id = ? and project_id = ? and id < ? order by id desc limit ?`);
  return {
    add,
    claim,
    release,
    settle,
    retry,
    sweep,
    async isDue(now) {
      return due.get(now)?.['is_due'] === 1;
    },
    async find(projectId, deliveryId) {
      const row = find.get(deliveryId, projectId);
      return row === undefined ? null : toDelivery(row);
    },
    async list(projectId, webhookId, page) {
      const before = readCursor(page.cursor) ?? Number.MAX_SAFE_INTEGER;
      const rows = list.all(webhookId, projectId, before, page.limit + 1);
      return pageOf(rows.map(toDelivery), page.limit, ({ id }) => id);
    },
  };
}
