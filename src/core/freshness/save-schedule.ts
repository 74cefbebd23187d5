import { Fault, notFound } from '#domain/fault.ts';
import type { Problem } from '#domain/fault.ts';
import { showId } from '#domain/ids.ts';
import type { Json } from '#domain/json.ts';
import type { Project } from '#domain/project.ts';
import type { Schedule, ScheduleDraft } from '#domain/schedule.ts';
import type { Calendar } from '#ports/calendar.ts';
import type { Clock } from '#ports/log.ts';
import type { Store } from '#ports/store/store.ts';
import type { Preview, SubmitCommand } from '../queue/submission.ts';

export interface ScheduleDeps {
  readonly store: Store;
  readonly calendar: Calendar;
  readonly clock: Clock;
  /** Reads items as a submission would, and queues nothing. */
  readonly preview: (command: SubmitCommand) => Promise<Preview>;
}

/** What a schedule is created with: items, or a batch whose items are taken over. */
export type ScheduleSource =
  | { readonly kind: 'items'; readonly items: readonly Json[] }
  | { readonly kind: 'batch'; readonly batchId: number };

/** One row of the store holds them, and every run reads them whole. */
const MAX_SCHEDULE_ITEMS = 10_000;
const PIECE = 1_000;

/** @throws Fault invalid `invalid_schedule`, `invalid_items`; conflict `schedule_exists`, `too_many_schedules` */
export async function createSchedule(
  deps: ScheduleDeps,
  project: Project,
  { draft, source }: { readonly draft: ScheduleDraft; readonly source: ScheduleSource },
): Promise<Schedule> {
  checkTimes(deps.calendar, draft);
  const items = source.kind === 'items' ? source.items : await itemsOfBatch(deps, project, source.batchId);
  await checkItems(deps, { project, draft, items });
  const now = deps.clock();
  return deps.store.schedules.create(
    { ...draft, projectId: project.id, items, nextAt: nextOf(deps.calendar, draft, now) },
    now,
  );
}

export interface ScheduleChange extends Partial<Omit<ScheduleDraft, 'workload'>> {
  readonly items?: readonly Json[];
}

/** @throws as `createSchedule`, and not_found */
export async function changeSchedule(
  deps: ScheduleDeps,
  project: Project,
  scheduleId: number,
  changes: ScheduleChange,
): Promise<Schedule> {
  const before = await getSchedule(deps.store, project, scheduleId);
  const after = { ...before, ...changes };
  checkTimes(deps.calendar, after);
  if (changes.items !== undefined || changes.options !== undefined)
    await checkItems(deps, { project, draft: after, items: after.items });
  const now = deps.clock();
  const hasMoved =
    after.cron !== before.cron || after.timeZone !== before.timeZone || after.isOn !== before.isOn;
  const moved = hasMoved ? { nextAt: nextOf(deps.calendar, after, now) } : {};
  const changed = await deps.store.schedules.change(project.id, scheduleId, { ...changes, ...moved }, now);
  if (changed === null) throw notFound('schedule', showId('schedule', scheduleId));
  return changed;
}

/** @throws Fault not_found */
export async function getSchedule(store: Store, project: Project, scheduleId: number) {
  const schedule = await store.schedules.find(project.id, scheduleId);
  if (schedule === null) throw notFound('schedule', showId('schedule', scheduleId));
  return schedule;
}

function nextOf(calendar: Calendar, draft: ScheduleDraft, now: number): number | null {
  return draft.isOn ? calendar.next(draft.cron, draft.timeZone, now) : null;
}

function checkTimes(calendar: Calendar, { cron, timeZone }: ScheduleDraft): void {
  const problem = calendar.problemOf(cron, timeZone);
  if (problem !== null) throw badSchedule(problem);
}

interface Checked {
  readonly project: Project;
  readonly draft: ScheduleDraft;
  readonly items: readonly Json[];
}

/** A mistake is told now, to the person who makes it, and not at night to the log. */
async function checkItems({ preview }: ScheduleDeps, { project, draft, items }: Checked): Promise<void> {
  if (items.length === 0) throw badSchedule({ field: 'items', message: 'must hold at least one item' });
  if (items.length > MAX_SCHEDULE_ITEMS) {
    const most = MAX_SCHEDULE_ITEMS.toLocaleString('en');
    throw badSchedule({ field: 'items', message: `must hold at most ${most} items; it has ${items.length}` });
  }
  const { invalid, problems } = await preview({
    ...draft,
    project,
    input: { kind: 'entries', entries: items },
    source: { kind: 'schedule', detail: null },
    concurrency: null,
    maxAttempts: null,
    metadata: {},
    key: null,
  });
  const [first] = problems;
  if (invalid === 0 || first === undefined) return;
  const message = `Nothing was saved: ${first.field ?? 'an item'}: ${first.message}.`;
  throw new Fault('invalid', 'invalid_items', message, { problems });
}

async function itemsOfBatch({ store }: ScheduleDeps, project: Project, batchId: number): Promise<Json[]> {
  const batch = await store.batches.find(project.id, batchId);
  if (batch === null) throw notFound('batch', showId('batch', batchId));
  const items: Json[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<Store['items']['list']>> = await store.items.list(
      project.id,
      { batchId },
      { limit: PIECE, cursor },
    );
    for (const { payload, reason } of page.items) if (reason !== 'duplicate') items.push(payload);
    cursor = page.next;
  } while (cursor !== null && items.length <= MAX_SCHEDULE_ITEMS);
  return items;
}

function badSchedule(problem: Problem): Fault {
  return new Fault(
    'invalid',
    'invalid_schedule',
    `Nothing was saved: ${problem.field}: ${problem.message}.`,
    {
      problems: [problem],
    },
  );
}
