import type { AnswerFilter } from '#ports/store/answers.ts';
import type { Answering } from './answering.ts';

/** Drops what matches, from the store and from memory; returns how many. */
export async function dropAnswers(
  answering: Answering,
  projectId: number,
  filter: AnswerFilter,
): Promise<number> {
  const dropped = await answering.store.answers.drop(projectId, filter);
  answering.tier.clear(projectId);
  return dropped;
}
