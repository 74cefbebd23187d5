/**
 * How items come to a process whose engine rests on a service that may go away. Each process decides for itself: claims
 * are guarded, so some may be alone while others share. Times are epoch milliseconds.
 */
export type EngineState =
  /** Offers come through the service. Moved on by `stepEngine`, when it did not answer for a while. */
  | {
      readonly kind: 'shared';
      readonly since: number;
      readonly failingSince: number | null;
      /** How long it had to answer before it was trusted. */
      readonly steadyMs: number;
    }
  /** The process claims for itself. Moved on by `stepEngine`, when the service has answered for a while. */
  | {
      readonly kind: 'alone';
      readonly since: number;
      readonly goodSince: number | null;
      readonly steadyMs: number;
    };

export const ENGINE_MOVES = {
  shared: ['alone'],
  alone: ['shared'],
} as const satisfies Record<EngineState['kind'], readonly EngineState['kind'][]>;

/** A shorter silence is a hiccup: a change of mode would cost more than it. */
export const LOST_AFTER_MS = 1_500;
/** A service that is just starting answers, and goes away again. */
export const STEADY_MS = 2_000;
/** One that comes and goes has to prove itself longer each time. */
export const LONGEST_STEADY_MS = 60_000;
const FLAPPING_MS = 60_000;

export function beginEngine(isUp: boolean, now: number): EngineState {
  return isUp
    ? { kind: 'shared', since: now, failingSince: null, steadyMs: STEADY_MS }
    : { kind: 'alone', since: now, goodSince: null, steadyMs: STEADY_MS };
}

/** @param isUp whether the service answered just now */
export function stepEngine(state: EngineState, isUp: boolean, now: number): EngineState {
  if (state.kind === 'shared') {
    const failingSince = isUp ? null : (state.failingSince ?? now);
    if (failingSince === null || now - failingSince < LOST_AFTER_MS) return { ...state, failingSince };
    const isFlapping = failingSince - state.since < FLAPPING_MS;
    const steadyMs = isFlapping ? Math.min(LONGEST_STEADY_MS, state.steadyMs * 2) : STEADY_MS;
    return { kind: 'alone', since: now, goodSince: null, steadyMs };
  }
  const goodSince = isUp ? (state.goodSince ?? now) : null;
  if (goodSince === null || now - goodSince < state.steadyMs) return { ...state, goodSince };
  return { kind: 'shared', since: now, failingSince: null, steadyMs: state.steadyMs };
}
