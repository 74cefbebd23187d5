import type { Answer, Flight, NewAnswer } from '#domain/answer.ts';
import { NO_FILTER } from '#domain/passage-filter.ts';
import type { PassageFilter } from '#domain/passage-filter.ts';
import { checkDocuments } from '../documents/find-filtered.ts';
import { supersede } from './answering.ts';
import type { Answering } from './answering.ts';
import { findKnown, isHit, joinFlight } from './ask-question.ts';
import type { Known } from './ask-question.ts';
import type { FlightRequest } from './fly.ts';

export interface WarmRequest {
  readonly projectId: number;
  readonly question: string;
  /** What its answer may be made from; absent: all documents. */
  readonly filter?: PassageFilter;
  readonly keyId: number | null;
  readonly requestId: string | null;
  readonly isRefresh: boolean;
  /** An answer that was made before this time is made anew, fresh or not. */
  readonly madeBefore?: number;
  readonly signal: AbortSignal;
}

export type Warmed =
  /** It was fresh, or somebody else made it while this call waited. */
  | { readonly kind: 'already_warm'; readonly answer: Answer }
  /** Made, and not stored: that is the caller's commit, which ends the flight too. */
  | {
      readonly kind: 'made';
      readonly answer: NewAnswer;
      readonly flight: Flight;
      /** What it takes the place of. */
      readonly before: Answer | null;
    };

/**
 * Sees to it that a question has a fresh answer; shares flights with asks, and leaves the storing to the caller.
 *
 * @throws Fault not_found for a document of the filter that is not there, where nothing is cached; else as `askQuestion`
 */
export async function warmQuestion(answering: Answering, warm: WarmRequest): Promise<Warmed> {
  const { projectId, filter = NO_FILTER, signal } = warm;
  const profile = await answering.profiles.of(projectId);
  const key = profile.keys.keyOf(warm.question, filter);
  const known = await findKnown(answering, projectId, key);
  if (!answering.profiles.isCurrent(projectId, profile, known.settingsVersion))
    return warmQuestion(answering, warm);
  // What was cached once is made again without documents that went since: it says then what the others say.
  if (known.answer === null) await checkDocuments(answering.store.documents, projectId, filter);
  const isRefresh = warm.isRefresh || isOld(known, warm.madeBefore);
  if (isHit(known) && !isRefresh) return { kind: 'already_warm', answer: known.answer };
  const request: FlightRequest = {
    projectId,
    profile,
    key,
    question: warm.question.trim(),
    filter,
    known: known.answer,
    corpusVersion: known.corpusVersion,
    keyId: warm.keyId,
    requestId: warm.requestId,
    isRefresh,
    isInTurn: false,
  };
  const landing = await joinFlight(answering, request, signal);
  const carried = landing.carry();
  if (carried === null) return { kind: 'already_warm', answer: await landing.stored() };
  if (known.answer !== null) await supersede(answering, projectId, key, carried.answer.createdAt);
  return { kind: 'made', ...carried, before: known.answer };
}

function isOld({ answer }: Known, madeBefore = 0): boolean {
  return answer !== null && answer.createdAt < madeBefore;
}
