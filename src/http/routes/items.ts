import type { Batch } from '#domain/batch.ts';
import type { App } from '#core/app.ts';
import { notFound } from '#domain/fault.ts';
import { batchOfItem, seqOfItem, showId } from '#domain/ids.ts';
import type { Project } from '#domain/project.ts';
import * as wire from '#wire/index.ts';
import { type Call, idFrom, idIn } from '../call.ts';
import { type Endpoint, inProject } from '../endpoint.ts';
import type { Parts } from '../parts.ts';
import { createOnce, fingerprintOf } from '../middleware/idempotency.ts';
import { isMultipart } from '../multipart.ts';
import { presentKept } from '../present/answer.ts';
import { presentAdded } from '../present/batch.ts';
import { presentDeadLetterGroup, presentItem, presentItemDetail } from '../present/item.ts';
import { presentOperation, readFilter } from '../present/operation.ts';
import { pageReply } from '../present/value.ts';
import { readJson } from '../read-body.ts';
import { readInput } from '../read-input.ts';
import { empty, json, type Reply, stream } from '../reply.ts';
import { streamResults } from '../results.ts';
import { openUpload } from '../upload.ts';

const TAG = 'Items';

const list = inProject({
  method: 'get',
  path: '/batches/{batchId}/items',
  tag: TAG,
  summary: "List and search a batch's items, in order",
  query: wire.ItemQuery,
  replies: { 200: wire.ItemPage },
  handle: async (call, { app }) => {
    const { limit, cursor, status, text, error, from, parent, depth } = call.query;
    const batchId = idIn(call, 'batch');
    await app.batches.get(call.project, batchId);
    const filter = {
      batchId,
      ...(status === undefined ? {} : { status }),
      ...(text === undefined ? {} : { text }),
      ...(error === undefined ? {} : { errorCode: error }),
      ...(from === undefined ? {} : { fromSeq: from }),
      ...(parent === undefined ? {} : { parentSeq: seqIn(batchId, parent) }),
      ...(depth === undefined ? {} : { depth }),
    };
    const page = await app.items.list(call.project, filter, { limit, cursor: cursor ?? null });
    return json(
      200,
      pageReply(page, (item) => presentItem(item, app.items.describe(item))),
    );
  },
});

/** @throws Fault not_found when the item is of another batch */
function seqIn(batchId: number, shown: string): number {
  const parent = idFrom('item', shown);
  if (batchOfItem(parent) !== batchId) throw notFound('item', shown);
  return seqOfItem(parent);
}

const add = inProject({
  method: 'post',
  path: '/batches/{batchId}/items',
  tag: TAG,
  scope: 'warm',
  summary: 'Add items to a batch that has not ended',
  isCreating: true,
  body: wire.AddItems,
  readsBody: true,
  form: wire.AddFields,
  replies: { 201: wire.Added },
  handle: async (call, parts) => (isMultipart(call.c) ? addFiles(call, parts) : addEntries(call, parts)),
});

async function addEntries(call: Call<unknown, unknown>, { app, settings }: Parts): Promise<Reply> {
  const batchId = idIn(call, 'batch');
  const { value, bytes } = await readJson(call.c, settings.limits.maxJsonBytes);
  const { items, options } = readInput(wire.AddItems, value, 'body');
  return createOnce(app, call, {
    operation: `add ${batchId}`,
    fingerprint: fingerprintOf(bytes),
    run: async () => {
      const input = { kind: 'entries' as const, entries: items as never[], ...options };
      return {
        status: 201,
        location: null,
        body: presentAdded(await app.batches.add(call.project, batchId, input)),
      };
    },
  });
}

async function addFiles(call: Call<unknown, unknown>, parts: Parts): Promise<Reply> {
  const batchId = idIn(call, 'batch');
  const { form, files, settings } = await openUpload(call, wire.AddFields, parts);
  return createOnce(parts.app, call, {
    operation: `add ${batchId}`,
    fingerprint: () => form.digest(),
    run: async () => {
      const added = await parts.app.batches.add(call.project, batchId, {
        kind: 'files',
        files,
        ...settings.options,
      });
      return { status: 201, location: null, body: presentAdded(added) };
    },
  });
}

const results = inProject({
  method: 'get',
  path: '/batches/{batchId}/results',
  tag: TAG,
  summary: 'Everything in a batch, with the answers, as JSON lines or CSV',
  query: wire.ResultsQuery,
  replies: { 200: 'application/x-ndjson' },
  handle: async (call, { app }) => {
    const { format } = call.query;
    const batchId = idIn(call, 'batch');
    const { batch } = await app.batches.get(call.project, batchId);
    const body = await streamResults(resultLines(app, call.project, batch), format);
    const type = format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson';
    return stream(type, body, {
      'Content-Disposition': `attachment; filename="${showId('batch', batchId)}.${format}"`,
    });
  },
});

async function* resultLines(
  app: App,
  project: Project,
  { id, options }: Pick<Batch, 'id' | 'options'>,
): AsyncGenerator<readonly wire.ResultLine[]> {
  for await (const items of app.batches.results(project, id)) {
    const answers = await app.answers.ofItems(project, { items, options });
    yield items.map((item, index) => {
      const answer = answers[index] ?? null;
      return {
        ...presentItem(item, app.items.describe(item)),
        answer: answer === null ? null : presentKept(answer),
      };
    });
  }
}

const get = inProject({
  method: 'get',
  path: '/items/{itemId}',
  tag: TAG,
  summary: 'One item: attempts, error, result, and why it waits',
  replies: { 200: wire.ItemDetail },
  handle: async (call, { app }) =>
    json(200, presentItemDetail(await app.items.get(call.project, idIn(call, 'item')))),
});

const remove = inProject({
  method: 'delete',
  path: '/items/{itemId}',
  tag: TAG,
  scope: 'warm',
  summary: 'Remove one item',
  replies: { 204: null },
  handle: async (call, { app }) => {
    await app.items.delete(call.project, idIn(call, 'item'));
    return empty(204);
  },
});

const retry = inProject({
  method: 'post',
  path: '/items/{itemId}/retry',
  tag: TAG,
  scope: 'warm',
  summary: 'Run one failed or cancelled item again',
  replies: { 200: wire.ItemDetail },
  handle: async (call, { app }) =>
    json(200, presentItemDetail(await app.items.retry(call.project, idIn(call, 'item')))),
});

const deadLetters = inProject({
  method: 'get',
  path: '/dead-letters',
  tag: 'Dead letters',
  summary: 'Failed items of all batches, and their number by error',
  query: wire.DeadLetterQuery,
  replies: { 200: wire.DeadLetters },
  handle: async ({ project, query }, { app }) => {
    const { limit, cursor, batchId, error, text } = query;
    const filter = {
      status: 'failed' as const,
      ...(batchId === undefined ? {} : { batchId: idFrom('batch', batchId) }),
      ...(error === undefined ? {} : { errorCode: error }),
      ...(text === undefined ? {} : { text }),
    };
    const [groups, page] = await Promise.all([
      app.items.deadLetters(project),
      app.items.list(project, filter, { limit, cursor: cursor ?? null }),
    ]);
    const shown = pageReply(page, (item) => presentItem(item, app.items.describe(item)));
    return json(200, { groups: groups.map(presentDeadLetterGroup), ...shown });
  },
});

const retryDeadLetters = inProject({
  method: 'post',
  path: '/dead-letters/retry',
  tag: 'Dead letters',
  scope: 'warm',
  summary: 'Run all failed items that match again',
  isCreating: true,
  body: wire.RetryDeadLetters,
  isBodyOptional: true,
  replies: { 202: wire.Operation },
  handle: (call, { app }) =>
    createOnce(app, call, {
      operation: 'retry dead letters',
      fingerprint: fingerprintOf(call.bytes),
      run: async () => {
        const filter = readFilter({ ...call.body, itemStatus: 'failed' });
        const operation = await app.operations.start(call.project, { on: 'items', verb: 'retry' }, filter);
        const body = presentOperation(operation);
        return { status: 202, location: `/api/v1/operations/${body.id}`, body };
      },
    }),
});

export const itemEndpoints: readonly Endpoint[] = [
  list,
  add,
  results,
  get,
  remove,
  retry,
  deadLetters,
  retryDeadLetters,
];
