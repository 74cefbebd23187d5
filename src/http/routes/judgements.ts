import { notFound } from '#domain/fault.ts';
import * as wire from '#wire/index.ts';
import { idIn } from '../call.ts';
import { type Endpoint, inProject } from '../endpoint.ts';
import { presentJudged, presentJudgedHour, presentJudgement, presentJudging } from '../present/judgement.ts';
import { pageReply } from '../present/value.ts';
import { json } from '../reply.ts';

const TAG = 'Answers';

const list = inProject({
  method: 'get',
  path: '/answers/judged',
  tag: TAG,
  summary: 'Answers that a model judged',
  description: 'Of a sample of new answers; `below=70` are those for a person to look at.',
  query: wire.JudgedQuery,
  replies: { 200: wire.JudgedPage },
  handle: async ({ project, query }, { app }) => {
    const { limit, cursor = null, below } = query;
    const filter = below === undefined ? {} : { below };
    return json(200, pageReply(await app.judgements.list(project, filter, { limit, cursor }), presentJudged));
  },
});

const hours = inProject({
  method: 'get',
  path: '/answers/judged/hourly',
  tag: TAG,
  summary: 'Marks of judged answers by the hour',
  query: wire.HourQuery,
  replies: { 200: wire.JudgedHourPage },
  handle: async ({ project, query }, { app }) => {
    const since = Date.now() - query.hours * 3_600_000;
    const items = await app.judgements.hours(project, since);
    return json(200, pageReply({ items, next: null }, presentJudgedHour));
  },
});

const judging = inProject({
  method: 'get',
  path: '/answers/judging',
  tag: TAG,
  summary: 'What is to be judged yet',
  description: 'How many chosen answers wait, how many could not be judged, and why.',
  replies: { 200: wire.Judging },
  handle: async ({ project }, { app }) => json(200, presentJudging(await app.judgements.state(project))),
});

const retry = inProject({
  method: 'post',
  path: '/answers/judging/retry',
  tag: TAG,
  scope: 'warm',
  summary: 'Try again what could not be judged',
  replies: { 200: wire.JudgingRetried },
  handle: async ({ project }, { app }) => json(200, { retried: await app.judgements.retry(project) }),
});

const ofAnswer = inProject({
  method: 'get',
  path: '/answers/{answerId}/judgement',
  tag: TAG,
  summary: 'What a model said of an answer',
  replies: { 200: wire.Judgement },
  handle: async (call, { app }) => {
    const answer = await app.answers.get(call.project, idIn(call, 'answer'));
    const judgement = await app.judgements.find(call.project, answer);
    if (judgement === null) throw notFound('judgement of answer', call.c.req.param('answerId') ?? '');
    return json(200, presentJudgement(judgement));
  },
});

export const judgementEndpoints: readonly Endpoint[] = [hours, list, judging, retry, ofAnswer];
