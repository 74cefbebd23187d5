import type { Answer } from '#domain/answer.ts';
import type { Answering } from '../answers/answering.ts';
import { lookAgain } from '../answers/fly.ts';

/**
 * Whether the documents have overtaken an answer: retrieval again, without a model. One that still rests on the same
 * evidence is noted as fresh, in the store and in memory.
 */
export async function isOvertaken(
  answering: Answering,
  answer: Answer,
  signal: AbortSignal,
): Promise<boolean> {
  const { projectId, key, corpusVersion } = answer;
  const profile = await answering.profiles.of(projectId);
  const epoch = answering.tier.epoch(projectId);
  const known = {
    known: answer,
    corpusVersion,
    keyId: null,
    requestId: null,
    isRefresh: false,
    isInTurn: false,
  };
  const request = { projectId, profile, key, question: answer.question, filter: answer.filter, ...known };
  const { confirmed } = await lookAgain(answering, request, signal);
  if (confirmed !== null) answering.tier.keep(confirmed, epoch);
  return confirmed === null;
}
