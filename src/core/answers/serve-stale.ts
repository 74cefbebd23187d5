import type { Answer } from '#domain/answer.ts';
import type { Answering } from './answering.ts';
import { lookAgain } from './fly.ts';
import type { FlightRequest } from './fly.ts';
import type { Remake } from './remakes.ts';

/** Past its time for no longer than the grace time. "Not found" is worth nothing by then: whoever asks waits. */
export function isWorthServing(
  { now, settings }: Pick<Answering, 'now' | 'settings'>,
  answer: Answer | null,
): answer is Answer {
  return answer?.found === true && answer.expiresAt + settings.graceMs > now();
}

/**
 * The known answer when the exact test finds that it is fresh after all; else null, and one flight for all makes it
 * again while nobody waits.
 */
export async function confirmOrRemake(
  answering: Answering,
  { request, name }: { readonly request: FlightRequest; readonly name: string },
  { signal, remake }: { readonly signal: AbortSignal; readonly remake: Remake },
): Promise<Answer | null> {
  const { remakes, tier } = answering;
  if (remakes.has(name)) return null;
  const epoch = tier.epoch(request.projectId);
  const look = async (shared: AbortSignal): Promise<Answer | null> =>
    (await lookAgain(answering, request, shared)).confirmed;
  const confirmed = await remakes.looks.join(name, look, signal);
  if (confirmed === null) remakes.start(name, remake);
  else tier.keep(confirmed, epoch);
  return confirmed;
}
