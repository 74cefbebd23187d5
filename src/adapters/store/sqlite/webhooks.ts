import type { DatabaseSync } from 'node:sqlite';
import { MAX_WEBHOOKS } from '#domain/webhook.ts';
import type { Webhook } from '#domain/webhook.ts';
import type {
  KeptSecrets,
  NewWebhook,
  WebhookChanges,
  WebhookRotation,
  WebhookStore,
} from '#ports/store/webhooks.ts';
import { pageOf, readCursor } from '../sql/cursor.ts';
import {
  callbacksExist,
  changedWebhook,
  toKeptSecrets,
  tooManyWebhooks,
  toWebhook,
  WEBHOOK_COLUMNS,
  webhookValues,
} from '../sql/webhook-rows.ts';
import type { Remote } from './remote.ts';

export function webhookWrites(db: DatabaseSync) {
  const count = db.prepare('select count(*) as n from webhooks where project_id = ?');
  const callbacks = db.prepare(`select 1 from webhooks where project_id = ? and kind = 'callbacks'`);
  const insert = db.prepare(`
    insert into webhooks (project_id, kind, name, url, events, wants_items, secret, created_at, updated_at)
    values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8) returning ${WEBHOOK_COLUMNS}`);
  const rotate = db.prepare(`
    update webhooks set old_secret = secret, old_secret_until = ?, secret = ?, updated_at = ?
     where id = ? and project_id = ? and secret = ? returning ${WEBHOOK_COLUMNS}`);
  const remove = db.prepare('delete from webhooks where id = ? and project_id = ?');
  const empty = db.prepare('delete from deliveries where webhook_id = ?');
  const reseal = db.prepare(
    'update webhooks set secret = ?, old_secret = ? where id = ? and secret = ? and old_secret is ?',
  );
  return {
    create(webhook: NewWebhook, now: number): Webhook {
      const { n } = count.get(webhook.projectId) as { n: number };
      if (n >= MAX_WEBHOOKS) throw tooManyWebhooks();
      if (webhook.kind === 'callbacks' && callbacks.get(webhook.projectId) !== undefined)
        throw callbacksExist();
      return toWebhook(insert.get(...webhookValues(webhook, now)));
    },
    change(projectId: number, webhookId: number, changes: WebhookChanges, now: number): Webhook | null {
      const columns = [...changedWebhook(changes), ['updated_at', now] as const];
      const row = db
        .prepare(
          `update webhooks set ${columns.map(([column]) => `${column} = ?`).join(', ')}
            where id = ? and project_id = ? returning ${WEBHOOK_COLUMNS}`,
        )
        .get(...columns.map(([, value]) => value), webhookId, projectId);
      return row === undefined ? null : toWebhook(row);
    },
    rotate(
      projectId: number,
      webhookId: number,
      { secret, oldUntil, replaces }: WebhookRotation,
      now: number,
    ): Webhook | null {
      const row = rotate.get(oldUntil, secret, now, webhookId, projectId, replaces);
      return row === undefined ? null : toWebhook(row);
    },
    remove(projectId: number, webhookId: number): boolean {
      if (remove.run(webhookId, projectId).changes === 0) return false;
      empty.run(webhookId);
      return true;
    },
    reseal(before: KeptSecrets, after: Omit<KeptSecrets, 'id'>): boolean {
      return (
        reseal.run(after.secret, after.oldSecret, before.id, before.secret, before.oldSecret).changes === 1
      );
    },
  };
}

export function sqliteWebhooks(db: DatabaseSync, writes: Remote<typeof webhookWrites>): WebhookStore {
  const find = db.prepare(`select ${WEBHOOK_COLUMNS} from webhooks where id = ? and project_id = ?`);
  const list = db.prepare(
    `select ${WEBHOOK_COLUMNS} from webhooks where project_id = ? and id < ? order by id desc limit ?`,
  );
  const secrets = db.prepare(
    'select id, project_id, secret, old_secret from webhooks where id > ? order by id limit ?',
  );
  return {
    create: writes.create,
    change: writes.change,
    rotate: writes.rotate,
    remove: writes.remove,
    reseal: writes.reseal,
    async find(projectId, webhookId) {
      const row = find.get(webhookId, projectId);
      return row === undefined ? null : toWebhook(row);
    },
    async list(projectId, page) {
      const before = readCursor(page.cursor) ?? Number.MAX_SAFE_INTEGER;
      const rows = list.all(projectId, before, page.limit + 1);
      return pageOf(rows.map(toWebhook), page.limit, ({ id }) => id);
    },
    async secrets(afterId, limit) {
      return secrets.all(afterId, limit).map(toKeptSecrets);
    },
  };
}
