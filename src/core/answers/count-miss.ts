import type { Answering } from './answering.ts';
import type { FlightRequest } from './fly.ts';

/** Whoever asks for a new answer did not find the cache wanting: that is no question for the list of misses. */
export function countMiss(
  { hits, settings }: Answering,
  { projectId, key, question, filter, isRefresh }: FlightRequest,
): void {
  hits.miss(projectId, settings.isListingMisses && !isRefresh ? { key, question, filter } : null);
}
