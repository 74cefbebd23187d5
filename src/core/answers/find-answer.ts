import type { Answer } from '#domain/answer.ts';
import type { Json } from '#domain/json.ts';
import type { Answering } from './answering.ts';
import { readQuestion } from './read-question.ts';

/** What the cache holds for an item of a batch, fresh or not; null for what is no question. */
export async function findAnswerTo(
  { profiles, store }: Pick<Answering, 'profiles' | 'store'>,
  projectId: number,
  item: Json,
): Promise<Answer | null> {
  const text = typeof item === 'object' && item !== null && 'question' in item ? item['question'] : item;
  if (typeof text !== 'string') return null;
  const read = readQuestion(text);
  if ('problem' in read) return null;
  const { keys } = await profiles.of(projectId);
  return store.answers.findByKey(projectId, keys.keyOfSameness(read.sameness));
}
