import { levelShares } from '#domain/level-shares.ts';
import type { Turns } from '#domain/turns.ts';

export interface OpenBatch {
  readonly id: number;
  readonly project_id: number;
  readonly workload: string;
  readonly priority: number;
  readonly concurrency: number | null;
  readonly pace_ms: number;
  /** Nothing starts before: its pace, or a hold. */
  readonly paced_until: number;
  readonly key_id: number | null;
  readonly request_id: string | null;
  readonly trace_parent: string | null;
  readonly max_attempts: number;
  readonly options: string;
  readonly started_at: number | null;
  /** Items of its project that may run at once; null: any number. */
  readonly project_cap: number | null;
  /** Items of it that run; counted only where it matters. */
  readonly running: number;
}

/** A project's open batches, in the order in which they give items. */
export interface Line {
  readonly projectId: number;
  readonly load: number;
  /** Of the project: looked at again under a lock, since others claim meanwhile. */
  readonly most: number;
  readonly batches: readonly OpenBatch[];
}

/** What a project is asked for in one round. */
export interface Ask {
  readonly line: Line;
  /** Of batches with a pace or a limit: one process at a time may take from each. */
  readonly gated: readonly { readonly batchId: number; readonly most: number }[];
  /** Of the others together, in their order. */
  readonly free: { readonly batchIds: readonly number[]; readonly most: number };
}

/** Whoever waits longest is first: of equals, the first get what is left. @param batches by priority, then age */
export function linesOf(batches: readonly OpenBatch[], now: number, turns: Turns): Line[] {
  const byProject = [...Map.groupBy(batches, (batch) => batch.project_id)];
  byProject.sort(([a], [b]) => turns.servedAt(a) - turns.servedAt(b));
  return byProject.flatMap(([projectId, all]) => {
    const load = all.reduce((sum, { running }) => sum + running, 0);
    const able = all.filter((batch) => capOf(batch, now) > 0);
    const most = all[0]?.project_cap ?? Infinity;
    return able.length === 0 || load >= most ? [] : [{ projectId, load, most, batches: able }];
  });
}

export function shareAmong(lines: readonly Line[], room: number, now: number): Ask[] {
  const shares = levelShares(
    room,
    lines.map((line) => ({
      id: line.projectId,
      load: line.load,
      most: Math.min(
        line.most - line.load,
        line.batches.reduce((sum, batch) => sum + capOf(batch, now), 0),
      ),
    })),
  );
  return lines.map((line) => askOf(line, shares.get(line.projectId) ?? 0, now));
}

function askOf(line: Line, share: number, now: number): Ask {
  const gated: { batchId: number; most: number }[] = [];
  let left = share;
  for (const batch of line.batches) {
    if (left === 0) break;
    const cap = capOf(batch, now);
    if (cap === Infinity) {
      const batchIds = line.batches.filter((each) => !isGated(each)).map(({ id }) => id);
      return { line, gated, free: { batchIds, most: left } };
    }
    const most = Math.min(left, cap);
    gated.push({ batchId: batch.id, most });
    left -= most;
  }
  return { line, gated, free: { batchIds: [], most: 0 } };
}

/**
 * What is left to ask of a project: nothing of a gated batch that was asked, nothing of the others when they gave less
 * than they were asked for, and nothing of a batch that closed meanwhile: what it gives is put back, for ever.
 */
export function lineAfter(
  { line, gated, free }: Ask,
  taken: readonly { readonly batch_id: number }[],
  closed: ReadonlyMap<number, unknown>,
): Line | null {
  const asked = new Set(gated.map(({ batchId }) => batchId));
  const ofFree = new Set(free.batchIds);
  const gotFree = taken.filter((item) => ofFree.has(item.batch_id)).length;
  const gotGated = taken.filter((item) => asked.has(item.batch_id)).length;
  const isDry = gotFree < free.most;
  const batches = line.batches.filter(
    ({ id }) => !asked.has(id) && !closed.has(id) && !(isDry && ofFree.has(id)),
  );
  const load = line.load + gotFree + gotGated;
  return batches.length === 0 || load >= line.most ? null : { ...line, load, batches };
}

function isGated(batch: OpenBatch): boolean {
  return batch.concurrency !== null || batch.pace_ms > 0;
}

/** As far as the survey knows; a gated batch is looked at again under its lock. */
function capOf(batch: OpenBatch, now: number): number {
  const room = batch.concurrency === null ? Infinity : Math.max(0, batch.concurrency - batch.running);
  if (batch.paced_until > now) return 0;
  return batch.pace_ms === 0 ? room : Math.min(room, 1);
}
