import type { DatabaseSync } from 'node:sqlite';
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

/** Puts an event in the outbox, once for each endpoint of the project that asked for it. */
export function tellEvent(db: DatabaseSync): (happened: Happened, now: number) => void {
  const put = db.prepare(`
    insert into deliveries (project_id, webhook_id, event, subject, detail, due_at, created_at)
    select project_id, id, :event, :subject, :detail, :now, :now from webhooks
     where project_id = :project and is_on = 1 and kind = 'endpoint' and instr(events, '"' || :event || '"') > 0`);
  return ({ projectId, event, subject, detail }, now) => {
    put.run({ project: projectId, event, subject, detail: JSON.stringify(detail), now });
  };
}

/** That a batch ended; of an ask, where it asked to be told. */
export function tellBatchEnd(db: DatabaseSync): (batchId: number, now: number) => void {
  const isHeard = db.prepare(
    'select 1 from webhooks where is_on = 1 and project_id = (select project_id from batches where id = ?) limit 1',
  );
  const find = db.prepare(`${SELECT_BATCH} where b.id = ? group by b.id`);
  const putAsk = db.prepare(`
    insert into deliveries (project_id, webhook_id, url, event, subject, detail, due_at, created_at)
    select w.project_id, w.id, :url, case when i.status in ('completed', 'skipped') then 'ask.completed' else 'ask.failed' end,
           i.id, json_object('status', i.status, 'errorCode', i.error_code, 'errorMessage', i.error_message), :now, :now
      from webhooks w join items i on i.id = :item where w.project_id = :project and w.kind = 'callbacks' and w.is_on = 1`);
  const tell = tellEvent(db);
  return (batchId, now) => {
    if (isHeard.get(batchId) === undefined) return;
    const batch = toBatch(find.get(batchId));
    const url = callbackOf(batch);
    if (url !== null) putAsk.run({ url, item: itemId(batchId, 1), project: batch.projectId, now });
    if (batch.source.kind === 'ask') return;
    const event = batch.status === 'cancelled' ? 'batch.cancelled' : 'batch.completed';
    tell({ projectId: batch.projectId, event, subject: batchId, detail: detailOfBatch(batch) }, now);
  };
}

/** That items ended, each as it did. Costs one look where nobody asked for items. */
export function tellItemEnds(db: DatabaseSync): (itemIds: () => readonly number[], now: number) => void {
  const isHeard = db.prepare('select 1 from webhooks where is_on = 1 and wants_items = 1 limit 1');
  const put = db.prepare(`
    insert into deliveries (project_id, webhook_id, event, subject, detail, due_at, created_at)
    select w.project_id, w.id, 'item.' || i.status, i.id,
           json_object('batch', i.batch_id, 'status', i.status, 'reason', i.reason,
                       'errorCode', case i.status when 'failed' then i.error_code end,
                       'errorMessage', case i.status when 'failed' then i.error_message end), :now, :now
      from json_each(:ids) e join items i on i.id = e.value join batches b on b.id = i.batch_id
      join webhooks w on w.project_id = b.project_id and w.is_on = 1 and w.wants_items = 1
     where b.source_kind <> 'ask' and instr(w.events, '"item.' || i.status || '"') > 0`);
  return (itemIds, now) => {
    if (isHeard.get() === undefined) return;
    put.run({ ids: JSON.stringify(itemIds()), now });
  };
}
