import { isOpen } from '#domain/batch.ts';
import { Fault } from '#domain/fault.ts';
import type { Project } from '#domain/project.ts';
import type { ScheduleRun, ScheduleWithItems } from '#domain/schedule.ts';
import type { Calendar } from '#ports/calendar.ts';
import type { Clock, Log } from '#ports/log.ts';
import type { IdempotencyClaim } from '#ports/store/batches.ts';
import type { Store } from '#ports/store/store.ts';
import type { App } from '../app.ts';
import type { MakingCall, Submitted } from '../queue/submission.ts';

export interface RunSchedulesDeps {
  readonly store: Store;
  readonly calendar: Calendar;
  readonly clock: Clock;
  readonly log: Log;
  /** This process, as the store knows it. */
  readonly workerId: () => number;
  readonly submit: App['batches']['submit'];
}

const AT_ONCE = 20;

/**
 * Starts what is due. However many runs were missed while nobody was there, one makes up for them.
 *
 * The batch is submitted under a key made of schedule and time, so that a crash between the submission and its note,
 * or another process at the same moment, makes no second batch.
 */
export async function runDueSchedules(deps: RunSchedulesDeps): Promise<void> {
  const due = await deps.store.schedules.due(deps.clock(), AT_ONCE);
  if (due.length === 0) return;
  const projects = new Map((await deps.store.projects.list()).map((project) => [project.id, project]));
  for (const schedule of due) {
    const project = projects.get(schedule.projectId);
    if (project !== undefined) await runDue(deps, project, schedule);
  }
}

/** Runs it now, whenever its time is; when that comes it runs again. */
export function runNow(
  deps: Pick<RunSchedulesDeps, 'submit'>,
  project: Project,
  schedule: ScheduleWithItems,
  { key, requestId }: MakingCall,
): Promise<Submitted> {
  return deps.submit({ ...commandOf(project, schedule, key), requestId });
}

async function runDue(deps: RunSchedulesDeps, project: Project, schedule: ScheduleWithItems): Promise<void> {
  const { store, clock, log } = deps;
  const dueAt = schedule.nextAt as number;
  const started = await start(deps, project, { ...schedule, dueAt });
  if (started === null) return;
  const now = clock();
  const nextAt = deps.calendar.next(schedule.cron, schedule.timeZone, now);
  const run: ScheduleRun = { dueAt, startedAt: now, ...started };
  if (!(await store.schedules.noteRun(schedule.id, run, nextAt))) return;
  const level = started.error === null ? 'info' : 'warn';
  log(level, 'schedule_ran', { schedule: schedule.id, dueAt, batch: started.batchId, why: started.error });
}

type Started = Pick<ScheduleRun, 'batchId' | 'error'>;

/** Null while another process does it. Throws when the store is away: then it stays due. */
async function start(
  deps: RunSchedulesDeps,
  project: Project,
  schedule: ScheduleWithItems & { readonly dueAt: number },
): Promise<Started | null> {
  const { store, clock } = deps;
  const key = { projectId: project.id, operation: 'schedule', key: `${schedule.id}:${schedule.dueAt}` };
  const begun = await store.idempotency.begin(key, deps.workerId(), clock());
  if (begun.kind === 'created') return { batchId: begun.batchId, error: null };
  if (begun.kind !== 'fresh') return null;
  try {
    if (await isAtWork(store, schedule)) {
      await store.idempotency.abandon(key);
      return { batchId: null, error: 'The batch of the run before was still at work.' };
    }
    const { batch } = await deps.submit(commandOf(project, schedule, key));
    return { batchId: batch.id, error: null };
  } catch (error) {
    await store.idempotency.abandon(key);
    if (!(error instanceof Fault) || error.kind === 'unavailable') throw error;
    return { batchId: null, error: error.message };
  }
}

async function isAtWork(store: Store, { projectId, lastRun }: ScheduleWithItems): Promise<boolean> {
  if (lastRun === null || lastRun.batchId === null) return false;
  const batch = await store.batches.find(projectId, lastRun.batchId);
  return batch !== null && isOpen(batch.status);
}

function commandOf(project: Project, schedule: ScheduleWithItems, key: IdempotencyClaim | null) {
  const { workload, name, priority, paceMs, options, items } = schedule;
  return {
    project,
    workload,
    name,
    priority,
    paceMs,
    // What was fine when it was saved may be refused by a newer version: the rest is still worth warming.
    options: { ...options, onInvalid: 'skip' },
    input: { kind: 'entries', entries: items },
    source: { kind: 'schedule', detail: null },
    concurrency: null,
    maxAttempts: null,
    metadata: {},
    key,
  } as const;
}
