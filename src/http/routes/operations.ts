import type { OperationAction } from '#domain/operation.ts';
import * as wire from '#wire/index.ts';
import { idIn } from '../call.ts';
import { type Endpoint, inProject } from '../endpoint.ts';
import { createOnce, fingerprintOf } from '../middleware/idempotency.ts';
import { presentOperation, readFilter } from '../present/operation.ts';
import { json } from '../reply.ts';

const TAG = 'Operations';

const start = inProject({
  method: 'post',
  path: '/operations',
  tag: TAG,
  scope: 'warm',
  summary: 'Do something to everything that matches a filter',
  isCreating: true,
  body: wire.StartOperation,
  replies: { 202: wire.Operation },
  handle: (call, { app }) =>
    createOnce(app, call, {
      operation: 'operation',
      fingerprint: fingerprintOf(call.bytes),
      run: async () => {
        const { on, action, filter } = call.body;
        const what: OperationAction = on === 'batches' ? { on, verb: action } : { on, verb: action };
        const body = presentOperation(await app.operations.start(call.project, what, readFilter(filter)));
        return { status: 202, location: `/api/v1/operations/${body.id}`, body };
      },
    }),
});

const get = inProject({
  method: 'get',
  path: '/operations/{operationId}',
  tag: TAG,
  summary: 'How far an operation is',
  replies: { 200: wire.Operation },
  handle: async (call, { app }) =>
    json(200, presentOperation(await app.operations.get(call.project, idIn(call, 'operation')))),
});

const undo = inProject({
  method: 'post',
  path: '/operations/{operationId}/undo',
  tag: TAG,
  scope: 'warm',
  summary: 'Take back what an operation changed',
  description:
    'Batches that it paused go on, those that it resumed are paused, those that it cancelled run what was left.',
  isCreating: true,
  replies: { 202: wire.Operation },
  handle: async (call, { app }) => {
    const operationId = idIn(call, 'operation');
    return createOnce(app, call, {
      operation: 'undo',
      fingerprint: fingerprintOf(new TextEncoder().encode(String(operationId))),
      run: async () => {
        const body = presentOperation(await app.operations.undo(call.project, operationId));
        return { status: 202, location: `/api/v1/operations/${body.id}`, body };
      },
    });
  },
});

export const operationEndpoints: readonly Endpoint[] = [start, get, undo];
