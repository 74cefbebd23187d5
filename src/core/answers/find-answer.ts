import type { Answer } from '#domain/answer.ts';
import type { Json, JsonObject } from '#domain/json.ts';
import type { Answering } from './answering.ts';
import { readFilter } from './read-filter.ts';
import { readQuestion } from './read-question.ts';

/** What the cache holds for an item of a batch, fresh or not; null for what is no question. */
export async function findAnswerTo(
  { profiles, store }: Pick<Answering, 'profiles' | 'store'>,
  projectId: number,
  item: Json,
): Promise<Answer | null> {
  const asked = isObject(item) ? item : { question: item };
  const { question: text, filter: given } = asked;
  if (typeof text !== 'string') return null;
  const read = readQuestion(text);
  const filter = readFilter(given);
  if ('problem' in read || 'problem' in filter) return null;
  const { keys } = await profiles.of(projectId);
  return store.answers.findByKey(projectId, keys.keyOfSameness(read.sameness, filter.ok));
}

function isObject(item: Json): item is JsonObject {
  return typeof item === 'object' && item !== null && !Array.isArray(item);
}
