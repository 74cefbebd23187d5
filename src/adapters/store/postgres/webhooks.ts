import { MAX_WEBHOOKS } from '#domain/webhook.ts';
import type { WebhookStore } from '#ports/store/webhooks.ts';
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
import type { Session } from './session.ts';

/** Against two that create at once. */
const LOCK = 'select id from projects where id = $1 for no key update';

const COUNT = `
  select count(*) as n, count(*) filter (where kind = 'callbacks') as callbacks from webhooks where project_id = $1`;

const INSERT = `
  insert into webhooks (project_id, kind, name, url, events, wants_items, secret, created_at, updated_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $8) returning ${WEBHOOK_COLUMNS}`;

const ROTATE = `
  update webhooks set old_secret = secret, old_secret_until = $1, secret = $2, updated_at = $3
   where id = $4 and project_id = $5 and secret = $6 returning ${WEBHOOK_COLUMNS}`;

const FIND = `select ${WEBHOOK_COLUMNS} from webhooks where id = $1 and project_id = $2`;

const LIST = `
  select ${WEBHOOK_COLUMNS} from webhooks where project_id = $1 and id < $2 order by id desc limit $3`;

const SECRETS = 'select id, project_id, secret, old_secret from webhooks where id > $1 order by id limit $2';

const RESEAL = `
  update webhooks set secret = $1, old_secret = $2
   where id = $3 and secret = $4 and old_secret is not distinct from $5`;

export function postgresWebhooks(session: Session): WebhookStore {
  return {
    create: (webhook, now) =>
      session.transaction(async (tx) => {
        await tx.all(LOCK, [webhook.projectId]);
        const row = (await tx.first(COUNT, [webhook.projectId])) as { n: number; callbacks: number };
        if (row.n >= MAX_WEBHOOKS) throw tooManyWebhooks();
        if (webhook.kind === 'callbacks' && row.callbacks > 0) throw callbacksExist();
        return toWebhook(await tx.first(INSERT, webhookValues(webhook, now)));
      }),
    async change(projectId, webhookId, changes, now) {
      const columns = [...changedWebhook(changes), ['updated_at', now] as const];
      const sets = columns.map(([column], i) => `${column} = $${i + 3}`).join(', ');
      const row = await session.first(
        `update webhooks set ${sets} where id = $1 and project_id = $2 returning ${WEBHOOK_COLUMNS}`,
        [webhookId, projectId, ...columns.map(([, value]) => value)],
      );
      return row === undefined ? null : toWebhook(row);
    },
    async rotate(projectId, webhookId, { secret, oldUntil, replaces }, now) {
      const row = await session.first(ROTATE, [oldUntil, secret, now, webhookId, projectId, replaces]);
      return row === undefined ? null : toWebhook(row);
    },
    remove: (projectId, webhookId) =>
      session.transaction(async (tx) => {
        const remove = 'delete from webhooks where id = $1 and project_id = $2';
        if ((await tx.run(remove, [webhookId, projectId])) === 0) return false;
        await tx.run('delete from deliveries where webhook_id = $1', [webhookId]);
        return true;
      }),
    async find(projectId, webhookId) {
      const row = await session.first(FIND, [webhookId, projectId]);
      return row === undefined ? null : toWebhook(row);
    },
    async list(projectId, page) {
      const before = readCursor(page.cursor) ?? Number.MAX_SAFE_INTEGER;
      const rows = await session.all(LIST, [projectId, before, page.limit + 1]);
      return pageOf(rows.map(toWebhook), page.limit, ({ id }) => id);
    },
    secrets: async (afterId, limit) => (await session.all(SECRETS, [afterId, limit])).map(toKeptSecrets),
    reseal: async (before, after) =>
      (await session.run(RESEAL, [
        after.secret,
        after.oldSecret,
        before.id,
        before.secret,
        before.oldSecret,
      ])) === 1,
  };
}
