import * as wire from '#wire/index.ts';
import { idFrom, idIn } from '../call.ts';
import { type Endpoint, inProject } from '../endpoint.ts';
import { presentCorpusChange, presentTouched } from '../present/change.ts';
import { pageReply } from '../present/value.ts';
import { json } from '../reply.ts';

const TAG = 'Documents';

const list = inProject({
  method: 'get',
  path: '/changes',
  tag: TAG,
  summary: 'Changes of the documents, and what became of the answers',
  description: 'Newest first; the last 1,000 of a project are kept.',
  query: wire.ChangeQuery,
  replies: { 200: wire.CorpusChangePage },
  handle: async ({ project, query }, { app }) => {
    const { limit, cursor = null, document } = query;
    const filter = document === undefined ? {} : { documentId: idFrom('document', document) };
    const page = await app.changes.list(project, filter, { limit, cursor });
    return json(200, pageReply(page, presentCorpusChange));
  },
});

const answers = inProject({
  method: 'get',
  path: '/changes/{changeId}/answers',
  tag: TAG,
  summary: 'The answers that a change touched, and what became of each',
  query: wire.ListQuery,
  replies: { 200: wire.TouchedPage },
  handle: async (call, { app }) => {
    const { limit, cursor = null } = call.query;
    const page = await app.changes.touched(call.project, idIn(call, 'change'), { limit, cursor });
    return json(200, pageReply(page, presentTouched));
  },
});

export const changeEndpoints: readonly Endpoint[] = [list, answers];
