import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { CronerCalendar } from '#adapters/calendar/croner/croner-calendar.ts';
import type { SubmitCommand } from '#core/queue/submission.ts';
import { runDueSchedules } from '#core/freshness/run-schedules.ts';
import { createSchedule } from '#core/freshness/save-schedule.ts';
import type { Schedule, ScheduleDraft } from '#domain/schedule.ts';
import type { IdempotencyStore } from '#ports/store/idempotency.ts';
import { DONE, openTestQueue } from './support/queue.ts';
import type { TestQueue } from './support/queue.ts';
import type { PreheatError } from '#sdk/index.ts';
import { startServerProcess, temporaryFolder } from './support/server.ts';
import type { ServerProcess } from './support/server.ts';

const DAILY: ScheduleDraft = {
  name: 'Nightly',
  cron: '0 3 * * *',
  timeZone: 'UTC',
  isOn: true,
  workload: 'test',
  priority: 0,
  paceMs: null,
  options: {},
};
const DAY_MS = 86_400_000;
const START = Date.UTC(2030, 0, 1, 12);

/** The real queue, with a calendar that the test turns. */
class Nights {
  now = START;
  readonly queue: TestQueue;
  readonly logged: string[] = [];

  constructor(queue: TestQueue) {
    this.queue = queue;
  }

  deps(idempotency: IdempotencyStore = this.queue.store.idempotency) {
    const { store, verbs } = this.queue;
    return {
      store: { ...store, idempotency },
      calendar: new CronerCalendar(),
      clock: () => this.now,
      log: (level: string, event: string) => void this.logged.push(`${level} ${event}`),
      workerId: () => 1,
      submit: (command: SubmitCommand) => verbs.batches.submit(command),
      preview: (command: SubmitCommand) => verbs.batches.preview(command),
    };
  }

  save(changes: Partial<ScheduleDraft> = {}): Promise<Schedule> {
    const { project } = this.queue;
    const source = { kind: 'items', items: ['one', 'two', 'two'] } as const;
    return createSchedule(this.deps(), project, { draft: { ...DAILY, ...changes }, source });
  }

  async batches(): Promise<readonly string[]> {
    const page = { limit: 100, cursor: null };
    const { items } = await this.queue.verbs.batches.list(this.queue.project, { source: 'schedule' }, page);
    return items.map(({ batch }) => batch.name as string);
  }

  async lastRun(id: number): Promise<Schedule['lastRun'] | undefined> {
    return (await this.queue.store.schedules.find(this.queue.project.id, id))?.lastRun;
  }
}

function fact(title: string, isStopped: boolean, check: (nights: Nights) => Promise<void>): void {
  test(title, { timeout: 240_000 }, async () => {
    const queue = await openTestQueue({ run: async () => DONE, isStopped });
    try {
      await check(new Nights(queue));
    } finally {
      await queue.close();
    }
  });
}

fact('a schedule becomes a batch when its time comes, and not before', false, async (nights) => {
  const { id, nextAt } = await nights.save();
  assert.equal(nextAt, Date.UTC(2030, 0, 2, 3));
  await runDueSchedules(nights.deps());
  assert.deepEqual(await nights.batches(), []);
  nights.now = Date.UTC(2030, 0, 2, 3);
  await runDueSchedules(nights.deps());
  await runDueSchedules(nights.deps());
  assert.deepEqual(await nights.batches(), ['Nightly']);
  const run = await nights.lastRun(id);
  assert.deepEqual([run?.dueAt, run?.error], [nights.now, null]);
  const { batch } = await nights.queue.verbs.batches.get(nights.queue.project, run?.batchId as number);
  assert.equal(batch.counts.skipped, 1, 'a question that is there twice is asked once');
});

fact('runs that were missed are made up for once', false, async (nights) => {
  const { id } = await nights.save();
  nights.now += 5 * DAY_MS;
  await runDueSchedules(nights.deps());
  await runDueSchedules(nights.deps());
  assert.deepEqual(await nights.batches(), ['Nightly']);
  const found = await nights.queue.store.schedules.find(nights.queue.project.id, id);
  assert.equal(found?.nextAt, Date.UTC(2030, 0, 7, 3));
});

fact('a run that comes while the one before is at work is left out, and says so', true, async (nights) => {
  const { id } = await nights.save();
  nights.now += DAY_MS;
  await runDueSchedules(nights.deps());
  nights.now += DAY_MS;
  await runDueSchedules(nights.deps());
  assert.deepEqual(await nights.batches(), ['Nightly']);
  assert.match((await nights.lastRun(id))?.error ?? '', /still at work/);
});

fact('two processes that look at once, and one that died half-way, make one batch', false, async (nights) => {
  const { id } = await nights.save();
  nights.now += DAY_MS;
  await Promise.all([runDueSchedules(nights.deps()), runDueSchedules(nights.deps())]);
  assert.deepEqual(await nights.batches(), ['Nightly']);
  // As if the note of the run had been lost with the process that wanted to write it.
  const run = await nights.lastRun(id);
  await nights.queue.store.schedules.change(
    nights.queue.project.id,
    id,
    { nextAt: run?.dueAt ?? 0 },
    nights.now,
  );
  await runDueSchedules(nights.deps());
  assert.deepEqual(await nights.batches(), ['Nightly']);
  assert.equal((await nights.lastRun(id))?.batchId, run?.batchId);
});

fact(
  'a run that cannot be submitted is noted with its reason, and the next one is due',
  false,
  async (nights) => {
    const { id } = await nights.save();
    await nights.queue.store.schedules.change(nights.queue.project.id, id, { items: [''] }, nights.now);
    nights.now += DAY_MS;
    await runDueSchedules(nights.deps());
    assert.notEqual((await nights.lastRun(id))?.error, null);
    assert.deepEqual(await nights.batches(), []);
    assert.deepEqual(nights.logged, ['warn schedule_ran']);
  },
);

fact('while the store is away a run stays due', false, async (nights) => {
  const { id } = await nights.save();
  nights.now += DAY_MS;
  const away = { begin: () => Promise.reject(new Error('away')) } as unknown as IdempotencyStore;
  await assert.rejects(runDueSchedules(nights.deps(away)), /away/);
  assert.equal(await nights.lastRun(id), null);
  await runDueSchedules(nights.deps());
  assert.deepEqual(await nights.batches(), ['Nightly']);
});

describe('over HTTP', () => {
  const folder = temporaryFolder();
  let server: ServerProcess;
  before(async () => {
    server = await startServerProcess(folder.path);
  });
  after(async () => {
    await server.stop();
    folder.remove();
  });

  test('a schedule is created, shown, changed, run and deleted', async () => {
    const { schedules, batches } = server.client;
    const created = await schedules.create({
      name: 'Every morning',
      cron: '0 5 * * 1-5',
      timeZone: 'Europe/Berlin',
      items: ['Who founded the company?', { question: 'How much leave do I get?' }],
    });
    assert.match(created.id, /^sch_/);
    assert.equal(created.itemCount, 2);
    assert.deepEqual((await schedules.list()).items, [created]);
    const off = await schedules.change(created.id, { isOn: false });
    assert.deepEqual([off.isOn, off.nextAt, off.name], [false, null, 'Every morning']);
    const on = await schedules.change(created.id, { isOn: true, items: ['Who?'] });
    assert.deepEqual([on.nextAt, on.itemCount], [created.nextAt, 1]);
    assert.deepEqual((await schedules.get(created.id)).items, ['Who?']);
    const batch = await schedules.run(created.id);
    assert.deepEqual([batch.source.kind, batch.name, batch.total], ['schedule', 'Every morning', 1]);
    await batches.wait(batch.id);
    await schedules.delete(created.id);
    await assert.rejects(schedules.get(created.id), { code: 'not_found' });
    assert.equal((await batches.get(batch.id)).id, batch.id);
  });

  test('a schedule takes over the questions of a batch, without its duplicates', async () => {
    const batch = await server.client.batches.submit({ workload: 'answers', items: ['A b?', 'C d?', 'a B'] });
    const { id } = await server.client.schedules.create({
      name: 'Again',
      cron: '0 5 * * *',
      batchId: batch.id,
    });
    const { items } = await server.client.schedules.get(id);
    assert.deepEqual(items, [{ question: 'A b?' }, { question: 'C d?' }]);
  });

  test('a forecast tells what is warm already, and what the rest will take', async () => {
    const items = ['Is there a canteen?', 'Is there a sauna?'];
    await server.client.ask('Is there a canteen?');
    const weekly = { name: 'Weekly', cron: '0 5 * * 1', items, options: { refresh: true } };
    const { id } = await server.client.schedules.create(weekly);
    const forecast = await server.client.schedules.forecast(id);
    assert.equal(forecast.toMake, 2);
    assert.equal(forecast.known, 1);
    assert.equal(forecast.runsAt.length, forecast.runsPerMonth);
    assert.ok(forecast.runsPerMonth >= 4 && forecast.runsPerMonth <= 5);
    assert.equal(forecast.tokens, 0, 'the built-in model takes none');
    const often = await server.client.schedules.create({ name: 'Often', cron: '*/5 * * * *', items });
    const many = await server.client.schedules.forecast(often.id);
    assert.ok(Math.abs(many.runsPerMonth - 8_640) < 20, String(many.runsPerMonth));
  });

  test('mistakes are told by their field, and nothing is saved', async () => {
    const right = { name: 'Wrong', cron: '0 5 * * *', items: ['Who?'] };
    const refusals = [
      [{ ...right, cron: '0 5 * *' }, 'invalid_schedule', 'cron'],
      [{ ...right, timeZone: 'Nowhere' }, 'invalid_schedule', 'timeZone'],
      [{ ...right, items: ['Who?', ' '] }, 'invalid_items', 'items[1].question'],
      [{ ...right, options: { refresh: 'yes' } }, 'invalid_options', 'options.refresh'],
      [{ ...right, workload: 'dreams' }, 'unknown_workload', 'workload'],
    ] as const;
    for (const [wrong, code, field] of refusals) {
      await assert.rejects(server.client.schedules.create(wrong as never), (error: PreheatError) => {
        assert.deepEqual([error.code, error.problems[0]?.field], [code, field]);
        return true;
      });
    }
    const { items } = await server.client.schedules.list();
    assert.ok(items.every(({ name }) => name !== 'Wrong'));
  });
});
