import type { SubmitCommand } from '#core/queue/submission.ts';
import type { Project } from '#domain/project.ts';
import { showId } from '#domain/ids.ts';
import type { JsonObject } from '#domain/json.ts';
import * as wire from '#wire/index.ts';
import type { z } from 'zod';
import { type Call, idIn } from '../call.ts';
import { type Endpoint, inProject } from '../endpoint.ts';
import type { Parts } from '../parts.ts';
import { createOnce, type Created, fingerprintOf } from '../middleware/idempotency.ts';
import { isMultipart } from '../multipart.ts';
import { presentBatch, presentPreview, presentSubmitted } from '../present/batch.ts';
import { pageReply } from '../present/value.ts';
import { readInput } from '../read-input.ts';
import { readJson } from '../read-body.ts';
import { empty, json } from '../reply.ts';
import { openUpload } from '../upload.ts';
import { readPairs } from '../read-pairs.ts';

type Submission = z.output<typeof wire.SubmitBatch>;
type Settings = Omit<Submission, 'items' | 'workload'>;

const TAG = 'Batches';

const submit = inProject({
  method: 'post',
  path: '/batches',
  tag: TAG,
  scope: 'warm',
  summary: 'Submit a batch',
  isCreating: true,
  body: wire.SubmitBatch,
  replies: { 201: wire.Submitted },
  handle: (call, { app }) =>
    createOnce(app, call, {
      operation: 'submit',
      fingerprint: fingerprintOf(call.bytes),
      run: async (key) => {
        const { keyId } = call.access;
        const { requestId } = call;
        const command = { ...commandOf(call.project, call.body), key, keyId, requestId };
        return createdBatch(presentSubmitted(await app.batches.submit(command)));
      },
      rebuild: rebuildBatch(call, { app }),
    }),
});

const upload = inProject({
  method: 'post',
  path: '/batches/upload',
  tag: TAG,
  scope: 'warm',
  summary: 'Submit a batch as files',
  description:
    'Text: one entry a line, blank lines and `#` comments skipped; CSV and JSONL too. Fields come before the files, or as query parameters.',
  isCreating: true,
  form: wire.UploadFields,
  replies: { 201: wire.Submitted },
  handle: async (call, parts) => {
    const { form, settings, files, name } = await openUpload(call, wire.UploadFields, parts);
    return createOnce(parts.app, call, {
      operation: 'upload',
      fingerprint: () => form.digest(),
      run: async (key) => {
        const command: SubmitCommand = {
          ...settingsOf(call.project, settings),
          workload: settings.workload ?? 'answers',
          input: { kind: 'files', files },
          source: { kind: settings.source === 'cli' ? 'cli' : 'upload', detail: name },
          key,
          keyId: call.access.keyId,
          requestId: call.requestId,
        };
        return createdBatch(presentSubmitted(await parts.app.batches.submit(command)));
      },
      rebuild: rebuildBatch(call, parts),
    });
  },
});

const preview = inProject({
  method: 'post',
  path: '/batches/preview',
  tag: TAG,
  scope: 'warm',
  isUnaudited: true,
  summary: 'How an input would be read: nothing is queued',
  description: 'Takes what `POST /batches` takes, or what `POST /batches/upload` takes.',
  body: wire.SubmitBatch,
  readsBody: true,
  form: wire.UploadFields,
  replies: { 200: wire.Preview },
  handle: async (call, parts) =>
    json(200, presentPreview(await parts.app.batches.preview(await previewed(call, parts)))),
});

async function previewed(call: Call<unknown, unknown>, parts: Parts): Promise<SubmitCommand> {
  if (!isMultipart(call.c)) {
    const { value } = await readJson(call.c, parts.settings.limits.maxJsonBytes);
    return { ...commandOf(call.project, readInput(wire.SubmitBatch, value, 'body')), key: null };
  }
  const { settings, files, name } = await openUpload(call, wire.UploadFields, parts);
  return {
    ...settingsOf(call.project, settings),
    workload: settings.workload ?? 'answers',
    input: { kind: 'files', files },
    source: { kind: 'upload', detail: name },
    key: null,
  };
}

const list = inProject({
  method: 'get',
  path: '/batches',
  tag: TAG,
  summary: 'List batches, newest first',
  query: wire.BatchQuery,
  replies: { 200: wire.BatchPage },
  handle: async ({ project, query }, { app }) => {
    const { limit, cursor, metadata, status, workload, source, requestId, text } = query;
    const filter = {
      ...(status === undefined ? {} : { status }),
      ...(workload === undefined ? {} : { workload }),
      ...(source === undefined ? {} : { source }),
      ...(requestId === undefined ? {} : { requestId }),
      ...(text === undefined ? {} : { text }),
      ...(metadata === undefined ? {} : { metadata: readPairs(metadata) }),
    };
    const page = await app.batches.list(project, filter, { limit, cursor: cursor ?? null });
    return json(200, pageReply(page, presentBatch));
  },
});

const get = inProject({
  method: 'get',
  path: '/batches/{batchId}',
  tag: TAG,
  summary: 'One batch; waits for a change when asked to',
  query: wire.WaitQuery,
  replies: { 200: wire.Batch },
  handle: async (call, { app }) => {
    const { waitSeconds, sinceVersion } = call.query;
    const batchId = idIn(call, 'batch');
    if (waitSeconds === 0) return json(200, presentBatch(await app.batches.get(call.project, batchId)));
    const wait = {
      seconds: waitSeconds,
      signal: call.c.req.raw.signal,
      ...(sinceVersion === undefined ? {} : { sinceVersion }),
    };
    return json(200, presentBatch(await app.batches.wait(call.project, batchId, wait)));
  },
});

const change = inProject({
  method: 'patch',
  path: '/batches/{batchId}',
  tag: TAG,
  scope: 'warm',
  summary: 'Change name, priority, pace or concurrency',
  body: wire.ChangeBatch,
  replies: { 200: wire.Batch },
  handle: async (call, { app }) => {
    const { name, priority, paceMs, concurrency } = call.body;
    const changes = {
      ...(name === undefined ? {} : { name }),
      ...(priority === undefined ? {} : { priority }),
      ...(paceMs === undefined ? {} : { paceMs }),
      ...(concurrency === undefined ? {} : { concurrency }),
    };
    return json(200, presentBatch(await app.batches.change(call.project, idIn(call, 'batch'), changes)));
  },
});

const remove = inProject({
  method: 'delete',
  path: '/batches/{batchId}',
  tag: TAG,
  scope: 'warm',
  summary: 'Cancel and remove a batch',
  description: 'It is out of sight at once; its rows go in the background.',
  replies: { 202: null },
  handle: async (call, { app }) => {
    await app.batches.delete(call.project, idIn(call, 'batch'));
    return empty(202);
  },
});

function steering(verb: 'pause' | 'resume' | 'cancel', summary: string): Endpoint {
  return inProject({
    method: 'post',
    path: `/batches/{batchId}/${verb}`,
    tag: TAG,
    scope: 'warm',
    summary,
    description: 'A call that already took effect is 200; one that cannot apply is 409.',
    replies: { 200: wire.Batch },
    handle: async (call, { app }) =>
      json(200, presentBatch(await app.batches[verb](call.project, idIn(call, 'batch')))),
  });
}

const retry = inProject({
  method: 'post',
  path: '/batches/{batchId}/retry',
  tag: TAG,
  scope: 'warm',
  summary: 'Run its failed items again',
  description: 'Re-opens a batch that has ended, raising its `round`.',
  body: wire.RetryBatch,
  isBodyOptional: true,
  replies: { 200: wire.Batch },
  handle: async (call, { app }) =>
    json(200, presentBatch(await app.batches.retry(call.project, idIn(call, 'batch'), call.body.statuses))),
});

export const batchEndpoints: readonly Endpoint[] = [
  submit,
  upload,
  preview,
  list,
  get,
  change,
  remove,
  steering('pause', 'Pause: running items finish, no others start'),
  steering('resume', 'Go on after a pause'),
  steering('cancel', 'Cancel: running items are aborted'),
  retry,
];

function commandOf(project: Project, body: Submission): Omit<SubmitCommand, 'key'> {
  return {
    ...settingsOf(project, body),
    workload: body.workload,
    input: { kind: 'entries', entries: body.items as SubmitCommand['metadata'][string][] },
    source: { kind: body.source ?? 'api', detail: null },
  };
}

/** What a submission says about the batch itself; absent is the default. */
export function settingsOf(
  project: Project,
  settings: Settings,
): Omit<SubmitCommand, 'key' | 'workload' | 'input' | 'source'> {
  return {
    project,
    name: settings.name ?? null,
    priority: settings.priority ?? 0,
    paceMs: settings.paceMs ?? null,
    concurrency: settings.concurrency ?? null,
    maxAttempts: settings.maxAttempts ?? null,
    options: (settings.options ?? {}) as JsonObject,
    metadata: settings.metadata ?? {},
  };
}

export function createdBatch(body: wire.Submitted): Created {
  return { status: 201, location: `/api/v1/batches/${body.id}`, body };
}

/** A batch whose response was lost: as it is now, and without the problems of rows that were left out. */
export function rebuildBatch(
  call: { readonly project: Project },
  { app }: Pick<Parts, 'app'>,
): (batchId: number) => Promise<Created> {
  return async (batchId) => {
    const view = await app.batches.get(call.project, batchId);
    return {
      status: 201,
      location: `/api/v1/batches/${showId('batch', batchId)}`,
      body: { ...presentBatch(view), invalid: 0, problems: [] } satisfies wire.Submitted,
    };
  };
}
