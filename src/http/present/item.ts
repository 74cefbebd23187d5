import type { AskView } from '#core/answers/asking.ts';
import type { App } from '#core/app.ts';
import type { ItemView } from '#core/queue/views.ts';
import { batchOfItem, itemId, showId } from '#domain/ids.ts';
import type { IdKind } from '#domain/ids.ts';
import type { Item } from '#domain/item.ts';
import type { JsonObject } from '#domain/json.ts';
import type * as wire from '#wire/index.ts';
import { presentAsked } from './answer.ts';
import { presentStage } from './stage.ts';
import { iso, isoOrNull, jsonObject } from './value.ts';

export function presentItem(item: Item, description: string): wire.Item {
  return {
    id: showId('item', item.id),
    batchId: showId('batch', batchOfItem(item.id)),
    seq: item.seq,
    parentId: item.parentSeq === null ? null : showId('item', itemId(item.batchId, item.parentSeq)),
    depth: item.depth,
    workload: item.workload,
    status: item.status,
    description,
    payload: jsonObject(item.payload),
    priority: item.priority,
    failures: item.failures,
    losses: item.losses,
    availableAt: item.availableAt === 0 ? null : iso(item.availableAt),
    reason: item.reason,
    error: item.error,
    result: item.result === null ? null : withShownIds(item.result),
    createdAt: iso(item.createdAt),
    startedAt: isoOrNull(item.startedAt),
    endedAt: isoOrNull(item.endedAt),
  };
}

const ID_FIELDS: Readonly<Record<string, IdKind>> = {
  answerId: 'answer',
  documentId: 'document',
  duplicateOf: 'item',
};

/** Results hold the store's integers; outside, ids have their prefixes. */
function withShownIds(result: JsonObject): Record<string, unknown> {
  const shown: Record<string, unknown> = { ...result };
  for (const [field, kind] of Object.entries(ID_FIELDS)) {
    const id = result[field];
    if (typeof id === 'number' && id > 0) shown[field] = showId(kind, id);
  }
  return shown;
}

export function presentItemDetail(view: ItemView): wire.ItemDetail {
  return {
    ...presentItem(view.item, view.description),
    attempts: view.item.attempts.map((attempt) => ({
      number: attempt.number,
      startedAt: iso(attempt.startedAt),
      endedAt: iso(attempt.endedAt),
      error: attempt.error,
    })),
    waiting:
      view.waiting === null
        ? null
        : { why: view.waiting.why, ahead: view.waiting.ahead, until: isoOrNull(view.waiting.untilMs) },
    ...presentStage(view.stage),
  };
}

/** A question in the background, as the one who asked sees it: an item, without its batch. */
export function presentAsk(askId: number, view: AskView): wire.AskState {
  const { item } = view;
  const question = item.payload['question'];
  return {
    id: showId('ask', askId),
    status: item.status,
    question: typeof question === 'string' ? question : null,
    answer: view.asked === null ? null : presentAsked(view.asked),
    error: item.error,
    createdAt: iso(item.createdAt),
    endedAt: isoOrNull(item.endedAt),
  };
}

type DeadLetterGroup = Awaited<ReturnType<App['items']['deadLetters']>>[number];

export function presentDeadLetterGroup(group: DeadLetterGroup): wire.DeadLetters['groups'][number] {
  return { code: group.code, count: group.count, sample: group.sample, newestAt: iso(group.newestAt) };
}
