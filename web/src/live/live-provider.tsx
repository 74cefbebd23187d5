import { createContext, useContext, useEffect, useSyncExternalStore, type ReactNode } from 'react';
import type { Batch } from '#sdk/index.ts';
import type { LiveBatches } from './live-batches.ts';
import type { Reachability } from './reachability.ts';

interface Live {
  readonly batches: LiveBatches;
  readonly reachability: Reachability;
}

const LiveContext = createContext<Live | null>(null);

export function LiveProvider(props: { readonly live: Live; readonly children: ReactNode }) {
  return <LiveContext value={props.live}>{props.children}</LiveContext>;
}

/** Keeps those of the batches that have not ended up to date in the query cache, while the caller is on screen. */
export function useLiveBatches(batches: readonly Batch[]): void {
  const { batches: live } = useLive();
  const open = batches.filter(isMoving).map(({ id }) => id);
  const key = open.sort().join(',');
  useEffect(() => (key === '' ? undefined : live.want(key.split(','))), [live, key]);
}

/** True while the server does not answer. */
export function useIsAway(): boolean {
  const { reachability } = useLive();
  return useSyncExternalStore(reachability.subscribe, reachability.isAway);
}

/** Whether its counts may still change by themselves. */
export function isMoving(batch: Batch): boolean {
  return batch.status === 'processing' || batch.status === 'paused' || batch.isSettling;
}

function useLive(): Live {
  const live = useContext(LiveContext);
  if (live === null) throw new Error('useLive outside of LiveProvider');
  return live;
}
