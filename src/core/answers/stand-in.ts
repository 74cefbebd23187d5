import type { Answer } from '#domain/answer.ts';
import { BudgetSpent } from '#domain/budget.ts';
import { Fault } from '#domain/fault.ts';
import { ModelFault, UncheckedFault } from '#domain/model-fault.ts';
import type { Asked, Staleness } from './asking.ts';
import { countMiss } from './count-miss.ts';
import type { Answering } from './answering.ts';
import type { FlightRequest } from './fly.ts';
import { makeAnswer } from './make-answer.ts';

/**
 * What to say while the generator is down, or busy with others, or a known answer could not be looked at for want of tokens: an answer that is past its time or older than the
 * documents, within the grace time; else, when it is down, the best sentences, where the project allows that. Both are
 * flagged, and neither is stored.
 *
 * @throws the error itself when there is nothing to say
 */
export async function standIn(
  answering: Answering,
  request: FlightRequest,
  error: unknown,
  signal: AbortSignal,
): Promise<Asked> {
  const because = reasonFor(error);
  // Who wants a new answer is not helped by an old one.
  if (because === null || request.isRefresh) throw error;
  const { known, profile } = request;
  const { now, settings } = answering;
  if (known !== null && known.expiresAt + settings.graceMs > now())
    return flagged(answering, known, {
      because,
      isUnchecked: because === 'budget' || error instanceof UncheckedFault,
    });
  // Where too much is asked or spent, nothing more is made by another.
  if (profile.standIn === null || because !== 'model') throw error;
  const made = await makeAnswer(
    answering,
    { ...request, generator: profile.standIn, profile: profile.id, retrieved: null },
    signal,
  );
  // That the stand-in finds nothing does not mean that the documents do not say it.
  if (!made.found) throw error;
  countMiss(answering, request);
  const answer = { ...made, id: 0, hits: 0, lastHitAt: null, version: 0, changedAt: made.createdAt };
  return { answer, cache: { status: 'miss', ageSeconds: 0 }, fallback: 'extractive' };
}

/** Null: nothing can stand in for it. */
function reasonFor(error: unknown): 'busy' | 'budget' | 'model' | null {
  if (error instanceof ModelFault) return 'model';
  if (error instanceof BudgetSpent) return error.isUnchecked ? 'budget' : null;
  return error instanceof Fault && error.code === 'too_busy' ? 'busy' : null;
}

/** An answer that is past its time or older than the documents, and says so. */
export function flagged(
  { now, hits }: Pick<Answering, 'now' | 'hits'>,
  known: Answer,
  { because, isUnchecked }: { readonly because: Staleness['because']; readonly isUnchecked: boolean },
): Asked {
  hits.hit(known);
  const ageSeconds = Math.max(0, Math.floor((now() - known.createdAt) / 1_000));
  const why = known.expiresAt <= now() ? 'expired' : isUnchecked ? 'unchecked' : 'documents';
  return { answer: known, cache: { status: 'stale', ageSeconds, stale: { why, because } }, fallback: null };
}
