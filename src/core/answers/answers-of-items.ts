import type { Answer } from '#domain/answer.ts';
import type { Item } from '#domain/item.ts';
import type { JsonObject } from '#domain/json.ts';
import { readFilter } from './read-filter.ts';
import type { AnswerKeys } from './answer-key.ts';
import type { Answering } from './answering.ts';

export interface ItemsOfBatch {
  readonly items: readonly Pick<Item, 'payload' | 'reason' | 'result'>[];
  /** Of their batch. */
  readonly options: JsonObject;
}

/**
 * For each item, in their order, the answer that the cache holds for its question now: possibly a newer one than the
 * item left. Null for what has no answer to show: not done, not a question, dropped since.
 *
 * A duplicate shows the answer of the item it repeats: whoever exports wants one beside every row.
 */
export async function answersOfItems(
  { store, profiles }: Pick<Answering, 'store' | 'profiles'>,
  projectId: number,
  { items, options }: ItemsOfBatch,
): Promise<readonly (Answer | null)[]> {
  const { keys } = await profiles.of(projectId);
  const wanted = items.map((item) => keyOf(keys, item, options));
  const distinct = [...new Set(wanted)].filter((key) => key !== null);
  if (distinct.length === 0) return items.map(() => null);
  const found = await store.answers.findByKeys(projectId, distinct);
  const byKey = new Map(found.map((answer) => [answer.key, answer]));
  return wanted.map((key) => (key === null ? null : (byKey.get(key) ?? null)));
}

function keyOf(
  keys: AnswerKeys,
  { payload, reason, result }: Pick<Item, 'payload' | 'reason' | 'result'>,
  options: JsonObject,
): string | null {
  const key = result?.['answerKey'];
  if (typeof key === 'string') return key;
  const question = payload['question'];
  if (reason !== 'duplicate' || typeof question !== 'string') return null;
  const filter = readFilter(payload['filter'] ?? options['filter']);
  return 'ok' in filter ? keys.keyOf(question, filter.ok) : null;
}
