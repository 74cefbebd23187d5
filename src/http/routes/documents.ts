import { checkFilter } from '#core/answers/read-filter.ts';
import type { App } from '#core/app.ts';
import type { SubmitCommand } from '#core/queue/submission.ts';
import { Fault, type Problem } from '#domain/fault.ts';
import type { JsonObject } from '#domain/json.ts';
import { showId } from '#domain/ids.ts';
import * as wire from '#wire/index.ts';
import { idIn } from '../call.ts';
import { type Endpoint, inProject } from '../endpoint.ts';
import { createOnce, fingerprintOf } from '../middleware/idempotency.ts';
import { type Form, openForm } from '../multipart.ts';
import { presentAnswer } from '../present/answer.ts';
import { presentSubmitted } from '../present/batch.ts';
import { presentChunk, presentDocument, presentPassage } from '../present/document.ts';
import { pageReply } from '../present/value.ts';
import { readInput } from '../read-input.ts';
import { queryOf } from '../endpoint.ts';
import { empty, json, presentProblem } from '../reply.ts';
import { createdBatch, rebuildBatch, settingsOf } from './batches.ts';

const TAG = 'Documents';
const WORKLOAD = 'documents';

const upload = inProject({
  method: 'post',
  path: '/documents',
  tag: TAG,
  scope: 'ingest',
  summary: 'Index files',
  description:
    '1 to 50 files of at most 10 MB become a batch. A file that cannot be taken is named in `problems`; the others go on.',
  isCreating: true,
  form: wire.DocumentFields,
  replies: { 201: wire.UploadedDocuments },
  handle: async (call, parts) => {
    const { maxUploadBytes, maxFilesPerUpload, maxDocumentBytes } = parts.settings.limits;
    const form = await openForm(call.c, {
      maxBytes: maxUploadBytes,
      maxFiles: maxFilesPerUpload,
      maxFileBytes: maxDocumentBytes,
    });
    return createOnce(parts.app, call, {
      operation: 'documents',
      fingerprint: () => form.digest(),
      run: async (key) => {
        const fields = { ...queryOf(call.c), ...Object.fromEntries(form.fields) };
        const { tags, ...settings } = readInput(wire.DocumentFields, fields, 'form');
        const received = await receiveAll(parts.app, form, tags ?? null);
        const command: SubmitCommand = {
          ...settingsOf(call.project, settings),
          workload: WORKLOAD,
          input: { kind: 'received', entries: received.entries },
          source: { kind: settings.source === 'cli' ? 'cli' : 'upload', detail: received.firstName },
          key,
          requestId: call.requestId,
        };
        const submitted = presentSubmitted(await parts.app.batches.submit(command));
        const problems = received.problems.map(presentProblem);
        return createdBatch({
          ...submitted,
          invalid: submitted.invalid + problems.length,
          problems: [...problems, ...submitted.problems],
        });
      },
      rebuild: rebuildBatch(call, parts),
    });
  },
});

interface Received {
  readonly entries: readonly JsonObject[];
  readonly problems: readonly Problem[];
  readonly firstName: string;
}

/** Takes the files one after the other; a bad one is a problem, not the end. */
async function receiveAll(app: App, form: Form, tags: readonly string[] | null): Promise<Received> {
  const entries: JsonObject[] = [];
  const problems: Problem[] = [];
  const faults: Fault[] = [];
  const firstName = form.firstName();
  if (firstName === null)
    throw new Fault('invalid', 'no_files', 'The form holds no file. Send one or more as `file`.');
  for await (const file of form.files()) {
    try {
      entries.push(await app.documents.receive(file, tags));
    } catch (error) {
      form.check();
      if (!(error instanceof Fault) || error.kind === 'unavailable' || error.kind === 'internal') throw error;
      faults.push(error);
      problems.push({ field: file.name, message: error.message });
    }
  }
  const [only] = faults;
  if (only !== undefined && faults.length === 1 && entries.length === 0) throw only;
  if (entries.length === 0) {
    throw new Fault('refused', 'no_usable_files', 'None of the files can be taken.', { problems });
  }
  return { entries, problems, firstName };
}

const sync = inProject({
  method: 'post',
  path: '/documents/sync',
  tag: TAG,
  scope: 'ingest',
  summary: 'Compare a folder with the documents',
  description: [
    'Takes the names and hashes of the files in a folder, and says which are missing or changed and must be sent, and',
    'which documents have no file any more. With `delete: true` those are deleted. It may be repeated.',
  ].join(' '),
  body: wire.SyncDocuments,
  replies: { 200: wire.SyncPlan },
  handle: async ({ project, body }, { app }) => {
    const { prefix = '', files, delete: isDeleting, allowEmpty: mayBeEmpty } = body;
    const plan = await app.documents.sync(project, { prefix, files, isDeleting, mayBeEmpty });
    const gone = plan.gone.map(({ id, document }) => ({ id: showId('document', id), document }));
    return json(200, { ...plan, gone });
  },
});

const list = inProject({
  method: 'get',
  path: '/documents',
  tag: TAG,
  summary: 'List documents',
  query: wire.DocumentQuery,
  replies: { 200: wire.DocumentPage },
  handle: async ({ project, query }, { app }) => {
    const { text, tag } = query;
    const filter = { ...(text === undefined ? {} : { text }), ...(tag === undefined ? {} : { tag }) };
    const page = await app.documents.list(project, filter, {
      limit: query.limit,
      cursor: query.cursor ?? null,
    });
    return json(200, pageReply(page, presentDocument));
  },
});

const get = inProject({
  method: 'get',
  path: '/documents/{documentId}',
  tag: TAG,
  summary: 'One document',
  replies: { 200: wire.DocumentDetail },
  handle: async (call, { app }) => {
    const document = await app.documents.get(call.project, idIn(call, 'document'));
    return json(200, { ...presentDocument(document), answers: document.answers });
  },
});

const change = inProject({
  method: 'patch',
  path: '/documents/{documentId}',
  tag: TAG,
  scope: 'ingest',
  summary: 'Change the tags of a document',
  body: wire.ChangeDocument,
  replies: { 200: wire.DocumentDetail },
  handle: async (call, { app }) => {
    const document = await app.documents.setTags(call.project, idIn(call, 'document'), call.body.tags);
    return json(200, { ...presentDocument(document), answers: document.answers });
  },
});

const retry = inProject({
  method: 'post',
  path: '/documents/{documentId}/retry',
  tag: TAG,
  scope: 'ingest',
  summary: 'Read the kept file of a document again',
  description:
    'It becomes a batch of one. The document stays as it is until the new version is complete. 409 `file_gone` when its file is no longer kept. Files that failed are no documents: `POST /items/{itemId}/retry` and `POST /dead-letters/retry` are for those.',
  isCreating: true,
  replies: { 201: wire.Submitted },
  handle: (call, { app }) =>
    createOnce(app, call, {
      operation: `retry_document_${idIn(call, 'document')}`,
      fingerprint: fingerprintOf(null),
      run: async (key) => {
        const { requestId } = call;
        const documentId = idIn(call, 'document');
        return createdBatch(
          presentSubmitted(await app.documents.retry(call.project, documentId, { key, requestId })),
        );
      },
      rebuild: rebuildBatch(call, { app }),
    }),
});

const tagList = inProject({
  method: 'get',
  path: '/documents/tags',
  tag: TAG,
  summary: 'The tags of all documents, with how many have each',
  replies: { 200: wire.DocumentTags },
  handle: async ({ project }, { app }) => json(200, { items: [...(await app.documents.tags(project))] }),
});

const remove = inProject({
  method: 'delete',
  path: '/documents/{documentId}',
  tag: TAG,
  scope: 'ingest',
  summary: 'Remove a document from retrieval',
  replies: { 204: null },
  handle: async (call, { app }) => {
    await app.documents.delete(call.project, idIn(call, 'document'));
    return empty(204);
  },
});

const chunks = inProject({
  method: 'get',
  path: '/documents/{documentId}/chunks',
  tag: TAG,
  summary: 'The chunks of a document, in order',
  query: wire.ListQuery,
  replies: { 200: wire.ChunkPage },
  handle: async (call, { app }) => {
    const { limit, cursor } = call.query;
    const documentId = idIn(call, 'document');
    await app.documents.get(call.project, documentId);
    const page = await app.documents.chunks(call.project, documentId, { limit, cursor: cursor ?? null });
    return json(200, pageReply(page, presentChunk));
  },
});

const answers = inProject({
  method: 'get',
  path: '/documents/{documentId}/answers',
  tag: TAG,
  summary: 'Cached answers that rest on a document',
  query: wire.ListQuery,
  replies: { 200: wire.AnswerPage },
  handle: async (call, { app }) => {
    const { limit, cursor } = call.query;
    const documentId = idIn(call, 'document');
    await app.documents.get(call.project, documentId);
    const page = await app.answers.list(call.project, { documentId }, { limit, cursor: cursor ?? null });
    return json(200, pageReply(page, presentAnswer));
  },
});

const search = inProject({
  method: 'get',
  path: '/search',
  tag: TAG,
  summary: 'Passages, as retrieval sees them',
  query: wire.SearchQuery,
  replies: { 200: wire.Passages },
  handle: async ({ project, query, access: { keyId } }, { app }) => {
    const { q, limit, document, tag } = query;
    const filter = checkFilter({
      ...(document === undefined ? {} : { documents: document.split(',') }),
      ...(tag === undefined ? {} : { tags: tag.split(',') }),
    });
    const passages = await app.documents.search(project, { keyId, query: q, limit, filter });
    return json(200, pageReply({ items: passages, next: null }, presentPassage));
  },
});

export const documentEndpoints: readonly Endpoint[] = [
  upload,
  sync,
  list,
  tagList,
  get,
  change,
  retry,
  remove,
  chunks,
  answers,
  search,
];
