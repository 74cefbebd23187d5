import type { Batch } from '#domain/batch.ts';
import { Fault } from '#domain/fault.ts';
import type { JsonObject } from '#domain/json.ts';
import { totalOf } from '#domain/item.ts';
import { MAX_WEBHOOKS } from '#domain/webhook.ts';
import type { Delivery, DeliveryEvent, DeliveryStatus, Webhook, WebhookKind } from '#domain/webhook.ts';
import type { ClaimedDelivery, KeptSecrets, NewWebhook, WebhookChanges } from '#ports/store/webhooks.ts';

export const WEBHOOK_COLUMNS = `id, project_id, kind, name, url, events, is_on, off_reason, off_at, failing_since,
  delivered_at, old_secret_until, created_at, updated_at`;

export const DELIVERY_COLUMNS = 'id, webhook_id, url, event, status, due_at, created_at, ended_at, log';

/** In the order of the insert. */
export function webhookValues(webhook: NewWebhook, now: number): (string | number | null)[] {
  const { projectId, kind, name, url, events, secret } = webhook;
  return [projectId, kind, name, url, JSON.stringify(events), wantsItems(events), secret, now];
}

/** Columns and their new values. */
export function changedWebhook(changes: WebhookChanges): [column: string, value: string | number | null][] {
  const columns: [string, string | number | null][] = [];
  if (changes.name !== undefined) columns.push(['name', changes.name]);
  if (changes.url !== undefined) columns.push(['url', changes.url]);
  if (changes.events !== undefined) {
    columns.push(['events', JSON.stringify(changes.events)], ['wants_items', wantsItems(changes.events)]);
  }
  if (changes.isOn !== undefined) {
    columns.push(
      ['is_on', Number(changes.isOn)],
      ['off_reason', null],
      ['off_at', null],
      ['failing_since', null],
    );
  }
  return columns;
}

function wantsItems(events: readonly string[]): number {
  return Number(events.some((event) => event.startsWith('item.')));
}

export function tooManyWebhooks(): Fault {
  return new Fault(
    'conflict',
    'too_many_webhooks',
    `A project has ${MAX_WEBHOOKS} webhooks at most: delete one that is not needed.`,
  );
}

export function callbacksExist(): Fault {
  return new Fault(
    'conflict',
    'callbacks_exist',
    'The project has its webhook for callbacks already: rotate its secret if you do not have it any more.',
  );
}

export function toWebhook(given: unknown): Webhook {
  const row = given as WebhookRow;
  return {
    id: row.id,
    projectId: row.project_id,
    kind: row.kind,
    name: row.name,
    url: row.url,
    events: JSON.parse(row.events),
    isOn: row.is_on === 1,
    offReason: row.off_reason,
    offAt: row.off_at,
    failingSince: row.failing_since,
    deliveredAt: row.delivered_at,
    oldSecretUntil: row.old_secret_until,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

interface WebhookRow {
  id: number;
  project_id: number;
  kind: WebhookKind;
  name: string;
  url: string | null;
  events: string;
  is_on: number;
  off_reason: string | null;
  off_at: number | null;
  failing_since: number | null;
  delivered_at: number | null;
  old_secret_until: number | null;
  created_at: number;
  updated_at: number;
}

export function toKeptSecrets(given: unknown): KeptSecrets {
  const row = given as { id: number; project_id: number; secret: string; old_secret: string | null };
  return { id: row.id, projectId: row.project_id, secret: row.secret, oldSecret: row.old_secret };
}

export function toDelivery(given: unknown): Delivery {
  const row = given as DeliveryRow;
  return {
    id: row.id,
    webhookId: row.webhook_id,
    url: row.url,
    event: row.event,
    status: row.status,
    attempts: JSON.parse(row.log),
    dueAt: row.due_at,
    createdAt: row.created_at,
    endedAt: row.ended_at,
  };
}

interface DeliveryRow {
  id: number;
  webhook_id: number;
  url: string | null;
  event: DeliveryEvent;
  status: DeliveryStatus;
  due_at: number;
  created_at: number;
  ended_at: number | null;
  log: string;
}

/** Beside the columns of a delivery, those of its webhook and the name of its project. */
export const CLAIMED_COLUMNS = `d.id, d.project_id, d.webhook_id, coalesce(d.url, w.url) as url, d.event, d.subject, d.detail,
  d.attempts, d.created_at, w.secret, w.old_secret, w.old_secret_until, w.failing_since, p.name as project`;

export function toClaimed(given: unknown): ClaimedDelivery {
  const row = given as ClaimedRow;
  return {
    id: row.id,
    projectId: row.project_id,
    project: row.project,
    webhookId: row.webhook_id,
    url: row.url,
    event: row.event,
    subject: row.subject,
    detail: JSON.parse(row.detail),
    attempts: row.attempts,
    createdAt: row.created_at,
    secret: row.secret,
    oldSecret: row.old_secret,
    oldSecretUntil: row.old_secret_until,
    failingSince: row.failing_since,
  };
}

interface ClaimedRow {
  id: number;
  project_id: number;
  project: string;
  webhook_id: number;
  url: string;
  event: DeliveryEvent;
  subject: number | null;
  detail: string;
  attempts: number;
  created_at: number;
  secret: string;
  old_secret: string | null;
  old_secret_until: number | null;
  failing_since: number | null;
}

/** What is told of a batch that ended, as it was then. */
export function detailOfBatch(batch: Batch): JsonObject {
  const { name, workload, status, round, counts, metadata, createdAt, endedAt } = batch;
  const { completed, failed, skipped, cancelled } = counts;
  const total = totalOf(counts);
  return {
    name,
    workload,
    status,
    source: batch.source.kind,
    round,
    total,
    completed,
    failed,
    skipped,
    cancelled,
    metadata,
    createdAt,
    endedAt,
  };
}

/** Where the answer of an ask is to be told; null: nowhere, or it is no ask. */
export function callbackOf({ source, metadata }: Pick<Batch, 'source' | 'metadata'>): string | null {
  const url = metadata['callbackUrl'];
  return source.kind === 'ask' && typeof url === 'string' ? url : null;
}
