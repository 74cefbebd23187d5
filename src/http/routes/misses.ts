import * as wire from '#wire/index.ts';
import { idIn } from '../call.ts';
import { type Endpoint, inProject } from '../endpoint.ts';
import { presentMissGroup } from '../present/answer.ts';
import { pageReply } from '../present/value.ts';
import { json } from '../reply.ts';

const TAG = 'Answers';

const list = inProject({
  method: 'get',
  path: '/answers/misses',
  tag: TAG,
  summary: 'Popular questions that missed',
  description:
    'Questions that somebody had to wait for, those that mean the same as one, most missed first; `state=cold` are those worth warming. New ones are put together a few seconds after they were asked.',
  query: wire.MissQuery,
  replies: { 200: wire.MissPage },
  handle: async ({ project, query }, { app }) => {
    const { limit, cursor = null, state, text } = query;
    const filter = { ...(state === undefined ? {} : { state }), ...(text === undefined ? {} : { text }) };
    return json(200, pageReply(await app.misses.list(project, filter, { limit, cursor }), presentMissGroup));
  },
});

const forgetAll = inProject({
  method: 'delete',
  path: '/answers/misses',
  tag: TAG,
  scope: 'warm',
  summary: 'Forget every miss',
  query: wire.ForgetQuery,
  replies: { 200: wire.Forgotten },
  handle: async ({ project }, { app }) => json(200, { forgotten: await app.misses.forgetAll(project) }),
});

const forget = inProject({
  method: 'delete',
  path: '/answers/misses/{missId}',
  tag: TAG,
  scope: 'warm',
  summary: 'Forget one miss',
  query: wire.ForgetMissQuery,
  replies: { 200: wire.Forgotten },
  handle: async (call, { app }) => {
    const withGroup = call.query.wordings === true;
    return json(200, { forgotten: await app.misses.forget(call.project, idIn(call, 'miss'), withGroup) });
  },
});

export const missEndpoints: readonly Endpoint[] = [list, forgetAll, forget];
