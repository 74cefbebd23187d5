import type { Statements } from '#clients/postgres.ts';
import { itemId } from '#domain/ids.ts';
import type { JsonObject } from '#domain/json.ts';
import type { WebhookEvent } from '#domain/webhook.ts';
import { SELECT_BATCH, toBatch } from '../sql/batch-rows.ts';
import { callbackOf, detailOfBatch } from '../sql/webhook-rows.ts';

export interface Happened {
  readonly projectId: number;
  readonly event: WebhookEvent;
  readonly subject: number;
  readonly detail: JsonObject;
}

const PUT = `
  insert into deliveries (project_id, webhook_id, event, subject, detail, due_at, created_at)
  select project_id, id, $2, $3::bigint, $4, $5::bigint, $5::bigint from webhooks
   where project_id = $1 and is_on = 1 and kind = 'endpoint' and strpos(events, '"' || $2 || '"') > 0`;

/** Puts an event in the outbox, once for each endpoint of the project that asked for it. */
export async function tellEvent(
  tx: Statements,
  { projectId, event, subject, detail }: Happened,
  now: number,
): Promise<void> {
  await tx.run(PUT, [projectId, event, subject, JSON.stringify(detail), now]);
}

const HEARD = `
  select b.id from batches b where b.id = any($1) and exists
    (select 1 from webhooks w where w.project_id = b.project_id and w.is_on = 1) order by b.id`;

const ENDED = `${SELECT_BATCH} where b.id = any($1) group by b.id order by b.id`;

const PUT_ASK = `
  insert into deliveries (project_id, webhook_id, url, event, subject, detail, due_at, created_at)
  select w.project_id, w.id, $1, case when i.status in ('completed', 'skipped') then 'ask.completed' else 'ask.failed' end,
         i.id, json_build_object('status', i.status, 'errorCode', i.error_code, 'errorMessage', i.error_message)::text,
         $4::bigint, $4::bigint
    from webhooks w, items i where i.id = $2 and w.project_id = $3 and w.kind = 'callbacks' and w.is_on = 1`;

/** That batches ended; of an ask, where it asked to be told. */
export async function tellBatchEnds(tx: Statements, batchIds: readonly number[], now: number): Promise<void> {
  if (batchIds.length === 0) return;
  const heard = (await tx.all(HEARD, [batchIds])).map((row) => row['id'] as number);
  if (heard.length === 0) return;
  for (const batch of (await tx.all(ENDED, [heard])).map(toBatch)) {
    const { id, projectId, status, source } = batch;
    const url = callbackOf(batch);
    if (url !== null) await tx.run(PUT_ASK, [url, itemId(id, 1), projectId, now]);
    if (source.kind === 'ask') continue;
    const event = status === 'cancelled' ? 'batch.cancelled' : 'batch.completed';
    await tellEvent(tx, { projectId, event, subject: id, detail: detailOfBatch(batch) }, now);
  }
}

/**
 * That items ended, for the statement that ends them: `rows` names what gives id, batch_id, kind, reason, code and
 * message of each. Where nobody asked for items the first condition, which is looked at once, leaves out the rest.
 */
export function putItemEnds(rows: string, now: string): string {
  return `
    insert into deliveries (project_id, webhook_id, event, subject, detail, due_at, created_at)
    select w.project_id, w.id, 'item.' || m.kind, m.id,
           json_build_object('batch', m.batch_id, 'status', m.kind, 'reason', m.reason, 'errorCode', m.code,
                             'errorMessage', m.message)::text, ${now}, ${now}
      from ${rows} m join batches b on b.id = m.batch_id
      join webhooks w on w.project_id = b.project_id and w.is_on = 1 and w.wants_items = 1
     where exists (select 1 from webhooks where is_on = 1 and wants_items = 1)
       and b.source_kind <> 'ask' and strpos(w.events, '"item.' || m.kind || '"') > 0`;
}
