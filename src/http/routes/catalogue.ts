import type { App } from '#core/app.ts';
import type { SubmitCommand } from '#core/queue/submission.ts';
import type { JsonObject } from '#domain/json.ts';
import type { Project } from '#domain/project.ts';
import * as wire from '#wire/index.ts';
import type { z } from 'zod';
import { type Call, idIn } from '../call.ts';
import { type Endpoint, inProject } from '../endpoint.ts';
import type { Parts } from '../parts.ts';
import { createOnce, type Created, fingerprintOf } from '../middleware/idempotency.ts';
import { type IncomingFile, isMultipart } from '../multipart.ts';
import { presentSubmitted } from '../present/batch.ts';
import {
  etagOf,
  presentCatalogueStats,
  presentEntry,
  presentListPreview,
  presentRecord,
  presentReport,
} from '../present/catalogue.ts';
import { pageReply } from '../present/value.ts';
import { readJson } from '../read-body.ts';
import { readInput } from '../read-input.ts';
import { empty, json, type Reply } from '../reply.ts';
import { openUpload } from '../upload.ts';
import { rebuildBatch, settingsOf } from './batches.ts';

const TAG = 'Catalogue';
const WORKLOAD = 'catalogue';

type Warm = z.output<typeof wire.WarmCatalogue>;

const warm = inProject({
  method: 'post',
  path: '/catalogue/batches',
  scope: 'warm',
  tag: TAG,
  summary: "Queue a list of books: its authors' works are cached, and co-authors discovered",
  description:
    'JSON with the file in base64, or multipart with the file. `priority` may be `normal` or `high`, `maxDepth` 0 to 3.',
  isCreating: true,
  body: wire.WarmCatalogue,
  readsBody: true,
  form: wire.WarmFields,
  replies: { 201: wire.WarmedCatalogue },
  handle: async (call, parts) => (isMultipart(call.c) ? warmForm(call, parts) : warmJson(call, parts)),
});

async function warmForm(call: Call<unknown, unknown>, parts: Parts): Promise<Reply> {
  const { form, settings, files, name } = await openUpload(call, wire.WarmFields, parts);
  return createOnce(parts.app, call, {
    operation: 'catalogue',
    fingerprint: () => form.digest(),
    run: (key) =>
      submit(parts.app, {
        ...settingsOf(call.project, { ...settings, options: optionsOf(settings) }),
        workload: WORKLOAD,
        input: { kind: 'files', files },
        source: { kind: settings.source === 'cli' ? 'cli' : 'upload', detail: name },
        key,
        requestId: call.requestId,
      }),
    rebuild: rebuildBatch(call, parts),
  });
}

async function warmJson(call: Call<unknown, unknown>, parts: Parts): Promise<Reply> {
  const { value, bytes } = await readJson(call.c, parts.settings.limits.maxJsonBytes);
  const body = readInput(wire.WarmCatalogue, value, 'body');
  const { name, priority, metadata, fileName } = body;
  return createOnce(parts.app, call, {
    operation: 'catalogue',
    fingerprint: fingerprintOf(bytes),
    run: (key) =>
      submit(parts.app, {
        ...settingsOf(call.project, { name, priority, metadata, options: optionsOf(body) }),
        workload: WORKLOAD,
        input: { kind: 'files', files: only(fileOf(body)) },
        source: { kind: 'api', detail: fileName },
        key,
        requestId: call.requestId,
      }),
    rebuild: rebuildBatch(call, parts),
  });
}

async function submit(app: App, command: SubmitCommand): Promise<Created> {
  const submitted = await app.batches.submit(command);
  const estimate = await app.catalogue.estimate(command.project, submitted.batch);
  const shown = presentSubmitted(submitted);
  const body: wire.WarmedCatalogue = {
    ...shown,
    authorsQueued: shown.total - shown.counts.skipped,
    estimatedWorks: estimate.works,
    estimatedDuration: estimate.seconds,
  };
  return { status: 201, location: `/api/v1/batches/${body.id}`, body };
}

const preview = inProject({
  method: 'post',
  path: '/catalogue/preview',
  scope: 'warm',
  tag: TAG,
  summary: 'How a list of books would be read, and what its run would come to: nothing is queued',
  body: wire.WarmCatalogue,
  readsBody: true,
  form: wire.WarmFields,
  replies: { 200: wire.ListPreview },
  handle: async (call, parts) => {
    const { file, options } = await previewed(call, parts);
    return json(200, presentListPreview(await parts.app.catalogue.preview(call.project, file, options)));
  },
});

async function previewed(
  call: Call<unknown, unknown>,
  parts: Parts,
): Promise<{ file: IncomingFile; options: JsonObject }> {
  if (!isMultipart(call.c)) {
    const { value } = await readJson(call.c, parts.settings.limits.maxJsonBytes);
    const body = readInput(wire.WarmCatalogue, value, 'body');
    return { file: fileOf(body), options: optionsOf(body) };
  }
  const { settings, files } = await openUpload(call, wire.WarmFields, parts);
  const { onInvalid: _, ...options } = optionsOf(settings);
  const first = await files[Symbol.asyncIterator]().next();
  return { file: first.value as IncomingFile, options };
}

function optionsOf({ options, maxDepth }: Pick<Warm, 'options' | 'maxDepth'>): JsonObject {
  return { ...(options as JsonObject | undefined), ...(maxDepth === undefined ? {} : { maxDepth }) };
}

function fileOf({ csv, fileName }: Warm): IncomingFile {
  return { name: fileName, mediaType: 'text/csv', bytes: only(Buffer.from(csv, 'base64')) };
}

async function* only<T>(value: T): AsyncGenerator<T, void, void> {
  yield value;
}

function lookingUp(kind: wire.RecordKind, path: string, summary: string): Endpoint {
  return inProject({
    method: 'get',
    path: `/catalogue/${path}/{key}`,
    scope: 'ask',
    tag: TAG,
    summary,
    description:
      'Read through: a stale record is given at once and fetched anew behind; one that is not there is fetched from a source. `If-None-Match` gives 304.',
    query: wire.LookUpQuery,
    replies: { 200: wire.CatalogueEntry, 304: null },
    handle: async (call, { app }) => lookUp(call, app, kind),
  });
}

async function lookUp(
  call: Call<z.output<typeof wire.LookUpQuery>, unknown>,
  app: App,
  kind: wire.RecordKind,
): Promise<Reply> {
  const { author, cache } = call.query;
  const { project, c } = call;
  const { signal } = c.req.raw;
  const text = c.req.param('key') ?? '';
  const found = await app.catalogue.lookUp(project, { kind, text, author: author ?? null, cache, signal });
  const headers = { ETag: etagOf(found), 'Cache-Control': 'private, no-cache' };
  if (isSame(c.req.raw.headers.get('if-none-match'), headers.ETag)) return empty(304, headers);
  return json(200, presentEntry(kind, found), headers);
}

function isSame(given: string | null, etag: string): boolean {
  return (
    given !== null &&
    given.split(',').some((each) => each.trim().replace(/^W\//, '') === etag || each.trim() === '*')
  );
}

const records = inProject({
  method: 'get',
  path: '/catalogue/records',
  tag: TAG,
  summary: 'What is cached, by name',
  query: wire.RecordQuery,
  replies: { 200: wire.RecordPage },
  handle: async ({ project, query }, { app }) => {
    const { kind, text, known, limit, cursor } = query;
    const filter = {
      kind,
      ...(text === undefined ? {} : { text }),
      ...(known === undefined ? {} : { isKnown: known }),
    };
    const page = await app.catalogue.list(project, filter, { limit, cursor: cursor ?? null });
    return json(200, pageReply(page, presentRecord));
  },
});

const stats = inProject({
  method: 'get',
  path: '/catalogue/stats',
  tag: TAG,
  summary: 'What is cached, what it took, and how the sources do',
  replies: { 200: wire.CatalogueStats },
  handle: async ({ project }, { app }) =>
    json(200, presentCatalogueStats(await app.catalogue.stats(project))),
});

const reports = inProject({
  method: 'get',
  path: '/catalogue/batches',
  tag: TAG,
  summary: 'What catalogue batches came to, newest first, deleted ones included',
  query: wire.ListQuery,
  replies: { 200: wire.BatchReportPage },
  handle: async ({ project, query }, { app }) => {
    const page = await app.catalogue.reports(project, { limit: query.limit, cursor: query.cursor ?? null });
    return json(200, pageReply(page, presentReport));
  },
});

const report = inProject({
  method: 'get',
  path: '/catalogue/batches/{batchId}',
  tag: TAG,
  summary: 'What one batch came to, also when it was deleted',
  replies: { 200: wire.BatchReport },
  handle: async (call, { app }) =>
    json(200, presentReport(await app.catalogue.report(call.project as Project, idIn(call, 'batch')))),
});

export const catalogueEndpoints: readonly Endpoint[] = [
  warm,
  preview,
  lookingUp('author', 'authors', 'An author with their works'),
  lookingUp('title', 'titles', 'Works of a title'),
  lookingUp('isbn', 'isbn', 'The edition of an ISBN'),
  records,
  stats,
  reports,
  report,
];
