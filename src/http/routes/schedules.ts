import type { App } from '#core/app.ts';
import type { Json, JsonObject } from '#domain/json.ts';
import * as wire from '#wire/index.ts';
import type { z } from 'zod';
import { idFrom, idIn } from '../call.ts';
import { type Endpoint, inProject } from '../endpoint.ts';
import { createOnce, fingerprintOf } from '../middleware/idempotency.ts';
import { presentSubmitted } from '../present/batch.ts';
import { presentForecast, presentSchedule, presentScheduleWithItems } from '../present/schedule.ts';
import { pageReply } from '../present/value.ts';
import { empty, json } from '../reply.ts';
import { createdBatch, rebuildBatch } from './batches.ts';

type Create = Parameters<App['schedules']['create']>;
type Change = Parameters<App['schedules']['change']>[2];

const TAG = 'Schedules';

const create = inProject({
  method: 'post',
  path: '/schedules',
  tag: TAG,
  scope: 'warm',
  summary: 'Save questions and the times at which they are warmed',
  description: 'A run that was missed is made up for once. Items that are warm when it comes are skipped.',
  isCreating: true,
  body: wire.CreateSchedule,
  replies: { 201: wire.Schedule },
  handle: (call, { app }) =>
    createOnce(app, call, {
      operation: 'create_schedule',
      fingerprint: fingerprintOf(call.bytes),
      run: async () => {
        const [draft, source] = readCreate(call.body);
        const body = presentSchedule(await app.schedules.create(call.project, draft, source));
        return { status: 201, location: `/api/v1/schedules/${body.id}`, body };
      },
    }),
});

const list = inProject({
  method: 'get',
  path: '/schedules',
  tag: TAG,
  summary: 'List schedules, newest first',
  query: wire.ScheduleQuery,
  replies: { 200: wire.SchedulePage },
  handle: async ({ project, query: { limit, cursor } }, { app }) =>
    json(
      200,
      pageReply(await app.schedules.list(project, { limit, cursor: cursor ?? null }), presentSchedule),
    ),
});

const get = inProject({
  method: 'get',
  path: '/schedules/{scheduleId}',
  tag: TAG,
  summary: 'One schedule, with its items',
  replies: { 200: wire.ScheduleDetail },
  handle: async (call, { app }) =>
    json(200, presentScheduleWithItems(await app.schedules.get(call.project, idIn(call, 'schedule')))),
});

const change = inProject({
  method: 'patch',
  path: '/schedules/{scheduleId}',
  tag: TAG,
  scope: 'warm',
  summary: 'Change a schedule, or switch it on or off',
  body: wire.ChangeSchedule,
  replies: { 200: wire.Schedule },
  handle: async (call, { app }) => {
    const changes = Object.fromEntries(
      Object.entries(call.body).filter(([, value]) => value !== undefined),
    ) as Change;
    const scheduleId = idIn(call, 'schedule');
    return json(200, presentSchedule(await app.schedules.change(call.project, scheduleId, changes)));
  },
});

const remove = inProject({
  method: 'delete',
  path: '/schedules/{scheduleId}',
  tag: TAG,
  scope: 'warm',
  summary: 'Delete a schedule; the batches it made stay',
  replies: { 204: null },
  handle: async (call, { app }) => {
    await app.schedules.delete(call.project, idIn(call, 'schedule'));
    return empty(204);
  },
});

const run = inProject({
  method: 'post',
  path: '/schedules/{scheduleId}/run',
  tag: TAG,
  scope: 'warm',
  summary: 'Submit its batch now',
  isCreating: true,
  replies: { 201: wire.Submitted },
  handle: (call, { app }) =>
    createOnce(app, call, {
      operation: `run_schedule_${idIn(call, 'schedule')}`,
      fingerprint: fingerprintOf(null),
      run: async (key) => {
        const { requestId } = call;
        const scheduleId = idIn(call, 'schedule');
        return createdBatch(
          presentSubmitted(await app.schedules.run(call.project, scheduleId, { key, requestId })),
        );
      },
      rebuild: rebuildBatch(call, { app }),
    }),
});

const forecast = inProject({
  method: 'get',
  path: '/schedules/{scheduleId}/forecast',
  tag: TAG,
  summary: 'What its next runs will probably cost',
  replies: { 200: wire.Forecast },
  handle: async (call, { app }) =>
    json(200, presentForecast(await app.schedules.forecast(call.project, idIn(call, 'schedule')))),
});

export const scheduleEndpoints: readonly Endpoint[] = [create, list, get, change, remove, run, forecast];

function readCreate(body: z.output<typeof wire.CreateSchedule>): [Create[1], Create[2]] {
  const { items, batchId, options, ...rest } = body;
  const draft = { ...rest, options: options as JsonObject };
  if (batchId !== undefined) return [draft, { kind: 'batch', batchId: idFrom('batch', batchId) }];
  return [draft, { kind: 'items', items: items as Json[] }];
}
