/** A batch that could give items now. */
export interface Candidate {
  readonly batchId: number;
  readonly projectId: number;
  readonly priority: number;
  /** When its project was last given something; of equals, who waits longest is next. */
  readonly servedAt?: number;
}

/**
 * Shares room among projects: always to the one with the least in flight, of equals to the one that waits longest, and
 * inside it by priority, then age.
 *
 * `take(batchId, most)` hands over up to `most` items of a batch and says how many it gave; a batch that gives
 * less is asked no more. A project is given just enough at a time to draw level with the next one, so few calls
 * fill a large room and ten small projects are served beside one of a million items.
 */
export function shareRoom(
  room: number,
  candidates: readonly Candidate[],
  inFlight: ReadonlyMap<number, number>,
  take: (batchId: number, most: number) => number,
): void {
  const projects = lineUp(candidates, inFlight);
  let left = room;
  while (left > 0 && projects.length > 0) {
    projects.sort(
      (a, b) => a.load - b.load || a.servedAt - b.servedAt || byPriorityThenAge(a.batches[0], b.batches[0]),
    );
    const [first, second] = projects as [Line, Line?];
    const batch = first.batches[0] as Candidate;
    const most = second === undefined ? left : Math.min(left, second.load - first.load + 1);
    const taken = take(batch.batchId, most);
    first.load += taken;
    left -= taken;
    if (taken < most) first.batches.shift();
    if (first.batches.length === 0) projects.shift();
  }
}

interface Line {
  load: number;
  readonly servedAt: number;
  readonly batches: Candidate[];
}

function lineUp(candidates: readonly Candidate[], inFlight: ReadonlyMap<number, number>): Line[] {
  const lines = new Map<number, Line>();
  for (const candidate of [...candidates].sort(byPriorityThenAge)) {
    const line = lines.get(candidate.projectId) ?? {
      load: inFlight.get(candidate.projectId) ?? 0,
      servedAt: candidate.servedAt ?? 0,
      batches: [],
    };
    line.batches.push(candidate);
    lines.set(candidate.projectId, line);
  }
  return [...lines.values()];
}

function byPriorityThenAge(a: Candidate | undefined, b: Candidate | undefined): number {
  if (a === undefined || b === undefined) return 0;
  return b.priority - a.priority || a.batchId - b.batchId;
}
