import type { Answer } from '#domain/answer.ts';
import type { Item } from '#domain/item.ts';
import type { AnswerKeys } from './answer-key.ts';
import type { Answering } from './answering.ts';

/**
 * For each item, in their order, the answer that the cache holds for its question now: possibly a newer one than the
 * item left. Null for what has no answer to show: not done, not a question, dropped since.
 *
 * A duplicate shows the answer of the item it repeats: whoever exports wants one beside every row.
 */
export async function answersOfItems(
  { store, profiles }: Pick<Answering, 'store' | 'profiles'>,
  projectId: number,
  items: readonly Pick<Item, 'payload' | 'reason' | 'result'>[],
): Promise<readonly (Answer | null)[]> {
  const { keys } = await profiles.of(projectId);
  const wanted = items.map((item) => keyOf(keys, item));
  const distinct = [...new Set(wanted)].filter((key) => key !== null);
  if (distinct.length === 0) return items.map(() => null);
  const found = await store.answers.findByKeys(projectId, distinct);
  const byKey = new Map(found.map((answer) => [answer.key, answer]));
  return wanted.map((key) => (key === null ? null : (byKey.get(key) ?? null)));
}

function keyOf(
  keys: AnswerKeys,
  { payload, reason, result }: Pick<Item, 'payload' | 'reason' | 'result'>,
): string | null {
  const key = result?.['answerKey'];
  if (typeof key === 'string') return key;
  const question = payload['question'];
  return reason === 'duplicate' && typeof question === 'string' ? keys.keyOf(question) : null;
}
