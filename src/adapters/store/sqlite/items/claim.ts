import type { DatabaseSync } from 'node:sqlite';
import type { JsonObject } from '#domain/json.ts';
import type { ClaimedItem } from '#domain/outcome.ts';
import { shareRoom } from '#domain/share.ts';
import { Turns } from '#domain/turns.ts';
import type { Claim, ClaimRequest } from '#ports/store/items.ts';
import { CountChanges, saveCounts } from '../counts.ts';
import type { SaveCounts } from '../counts.ts';

export interface OpenBatch {
  id: number;
  project_id: number;
  workload: string;
  priority: number;
  concurrency: number | null;
  pace_ms: number;
  /** Nothing starts before: its pace, or a hold. */
  paced_until: number;
  key_id: number | null;
  request_id: string | null;
  trace_parent: string | null;
  /** Items of its project that may run at once; null: any number. */
  project_cap: number | null;
  max_attempts: number;
  options: string;
  started_at: number | null;
}

export const OPEN_BATCHES = `
  select id, project_id, workload, priority, concurrency, pace_ms, key_id, request_id, trace_parent, max_attempts, options, started_at,
         (select nullif(json_extract(p.settings, '$.caps.concurrency'), 0) from projects p where p.id = project_id) as project_cap,
         case when pace_ms > 0 and paced_until > held_until then paced_until else held_until end as paced_until
    from batches where status = 'processing'`;

/**
 * Takes items that may run now and leases them: claiming is starting. Which ones is decided on the open batches
 * (few) and what is in flight (few), so that a claim costs the same beside ten items and beside ten million.
 */
export function claimItems(db: DatabaseSync) {
  const openBatches = db.prepare(OPEN_BATCHES);
  const inFlight = db.prepare(
    `select batch_id, count(*) as n from items where status = 'processing' group by batch_id`,
  );
  const inProject = runningInProject(db);
  const take = takeFromBatch(db);
  const save = saveCounts(db);
  const turns = new Turns();

  return ({ workerId, limit, now }: ClaimRequest): Claim => {
    const batches = new Map((openBatches.all() as unknown as OpenBatch[]).map((batch) => [batch.id, batch]));
    const running = new Map(inFlight.all().map((row) => [row['batch_id'] as number, row['n'] as number]));
    const round: Round = { workerId, now, save, items: [], nextDueAt: null };
    const load = loadOf(batches, running);
    const rooms = new ProjectRooms(batches.values(), inProject);
    shareRoom(limit, candidatesOf(batches, turns), load, (batchId, most) => {
      const batch = batches.get(batchId) as OpenBatch;
      const room = Math.min(roomOf(batch, running.get(batchId) ?? 0), rooms.of(batch));
      const taken = take(batch, Math.min(most, room), round);
      running.set(batchId, (running.get(batchId) ?? 0) + taken);
      rooms.took(batch, taken);
      return taken;
    });
    turns.note(new Set(round.items.map(({ projectId }) => projectId)));
    return { items: round.items, nextDueAt: round.nextDueAt };
  };
}

interface Round {
  readonly workerId: number;
  readonly now: number;
  readonly save: SaveCounts;
  readonly items: ClaimedItem[];
  nextDueAt: number | null;
}

export function candidatesOf(batches: ReadonlyMap<number, OpenBatch>, turns: Turns) {
  return [...batches.values()].map((b) => ({
    batchId: b.id,
    projectId: b.project_id,
    priority: b.priority,
    servedAt: turns.servedAt(b.project_id),
  }));
}

export function loadOf(
  batches: ReadonlyMap<number, OpenBatch>,
  running: ReadonlyMap<number, number>,
): Map<number, number> {
  const load = new Map<number, number>();
  for (const [batchId, n] of running) {
    const projectId = batches.get(batchId)?.project_id;
    if (projectId !== undefined) load.set(projectId, (load.get(projectId) ?? 0) + n);
  }
  return load;
}

/** What projects may still take on, where they have a cap. */
export class ProjectRooms {
  readonly #rooms = new Map<number, number>();

  /** @param load what a project has in flight: asked only of those with a cap */
  constructor(batches: Iterable<OpenBatch>, load: (projectId: number) => number) {
    for (const { project_id: id, project_cap: cap } of batches)
      if (cap !== null && !this.#rooms.has(id)) this.#rooms.set(id, Math.max(0, cap - load(id)));
  }

  of({ project_id: id }: OpenBatch): number {
    return this.#rooms.get(id) ?? Infinity;
  }

  took(batch: OpenBatch, items: number): void {
    this.#rooms.set(batch.project_id, this.of(batch) - items);
  }
}

/** Of all its batches: what of a paused one still runs counts too. */
export function runningInProject(db: DatabaseSync): (projectId: number) => number {
  // What runs is little, a project's batches may be many: `cross` keeps that order.
  const count = db.prepare(
    `select count(*) as n from items i cross join batches b on b.id = i.batch_id
      where i.status = 'processing' and b.project_id = ?`,
  );
  return (projectId) => count.get(projectId)?.['n'] as number;
}

export function roomOf(batch: OpenBatch, running: number): number {
  const room = batch.concurrency === null ? Infinity : Math.max(0, batch.concurrency - running);
  return batch.pace_ms > 0 ? Math.min(room, 1) : room;
}

function takeFromBatch(db: DatabaseSync): (batch: OpenBatch, most: number, round: Round) => number {
  const take = (which: string): string =>
    `update items set status = 'processing', generation = generation + 1, owner = ?, started_at = ?
      where id in (select id from items where batch_id = ? and status = 'pending' and ${which} limit ?)
     returning id, generation, failures, payload, priority`;
  const takeReady = db.prepare(take('available_at = 0 order by priority desc, id'));
  const takeDue = db.prepare(take('available_at > 0 and available_at <= ? order by available_at'));
  const dueOf = nextDueOf(db);
  const noteTaken = noteTakenFrom(db);

  return (batch, most, round) => {
    const { workerId, now } = round;
    const isOpen = batch.paced_until <= now;
    let taken = 0;
    if (most > 0 && isOpen) {
      const rows = takeReady.all(workerId, now, batch.id, most).sort(byPriorityThenAge);
      // Failed before: behind their peers, whatever time they came due.
      if (rows.length < most) rows.push(...takeDue.all(workerId, now, batch.id, now, most - rows.length));
      taken = rows.length;
      // One object for all: a message between threads keeps it one.
      const options = JSON.parse(batch.options);
      for (const row of rows) round.items.push(toClaimed(row, batch, options));
    }
    if (taken > 0) noteTaken(batch, taken, round);
    if (taken < most || most === 0 || batch.pace_ms > 0)
      round.nextDueAt = earliest(round.nextDueAt, dueOf(batch, now));
    return taken;
  };
}

/** Books what was taken of a batch: its start, its pace and its counts. */
export function noteTakenFrom(
  db: DatabaseSync,
): (batch: OpenBatch, taken: number, round: Pick<Round, 'now' | 'save'>) => void {
  const start = db.prepare(
    'update batches set started_at = ?, version = version + 1 where id = ? and started_at is null',
  );
  const pace = db.prepare('update batches set paced_until = ? where id = ?');
  return (batch, taken, { now, save }) => {
    if (batch.started_at === null) {
      start.run(now, batch.id);
      batch.started_at = now;
    }
    if (batch.pace_ms > 0) {
      batch.paced_until = now + batch.pace_ms;
      pace.run(batch.paced_until, batch.id);
    }
    const changes = new CountChanges();
    changes.move(batch.id, 'pending', 'processing', taken);
    changes.write(save);
  };
}

/**
 * When a batch gives its next item; null: it waits for no time. What is due already stands behind a limit, and whatever
 * makes room wakes who claims: a time that has passed would have it look again at once, for as long as that takes.
 */
export function nextDueOf(db: DatabaseSync): (batch: OpenBatch, now: number) => number | null {
  const isPending = "batch_id = ? and status = 'pending'";
  const nextDue = db.prepare(
    `select min(available_at) as at from items where ${isPending} and available_at > 0 and available_at > ?`,
  );
  const hasDue = db.prepare(
    `select exists (select 1 from items where ${isPending} and available_at = 0)
         or exists (select 1 from items where ${isPending} and available_at > 0 and available_at <= ?) as yes`,
  );
  return ({ id, paced_until: pacedUntil }, now) => {
    if (pacedUntil > now && hasDue.get(id, id, pacedUntil)?.['yes'] === 1) return pacedUntil;
    return nextDue.get(id, Math.max(now, pacedUntil))?.['at'] as number | null;
  };
}

/** The subquery picks in this order, and `returning` gives in the order of the rows: by id alone. */
function byPriorityThenAge(a: Record<string, unknown>, b: Record<string, unknown>): number {
  return (b['priority'] as number) - (a['priority'] as number) || (a['id'] as number) - (b['id'] as number);
}

export function earliest(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}

export function toClaimed(row: Record<string, unknown>, batch: OpenBatch, options: JsonObject): ClaimedItem {
  return {
    id: row['id'] as number,
    batchId: batch.id,
    projectId: batch.project_id,
    workload: batch.workload,
    generation: row['generation'] as number,
    failures: row['failures'] as number,
    payload: JSON.parse(row['payload'] as string),
    keyId: batch.key_id,
    requestId: batch.request_id,
    traceParent: batch.trace_parent,
    maxAttempts: batch.max_attempts,
    options,
  };
}
