import type { App } from '#core/app.ts';
import type { Answering } from '#core/answers/answering.ts';
import { answersOfItems } from '#core/answers/answers-of-items.ts';
import { askQuestion } from '#core/answers/ask-question.ts';
import { getAsk, startAsk } from '#core/answers/async-ask.ts';
import { dropAnswers } from '#core/answers/drop-answers.ts';
import { streamAnswer } from '#core/answers/stream-answer.ts';
import { explainAnswer } from '#core/freshness/explain-answer.ts';
import { notFound } from '#domain/fault.ts';
import { showId } from '#domain/ids.ts';
import type { Project } from '#domain/project.ts';
import { MAX_WEBHOOKS } from '#domain/webhook.ts';
import { checkWebhookUrl } from '#core/platform/manage-webhooks.ts';
import type { Bus } from '#ports/bus.ts';
import type { Courier } from '#ports/courier.ts';
import type { Clock } from '#ports/log.ts';
import type { Store } from '#ports/store/store.ts';

import { bindJudgements } from './bind-judgements.ts';

export interface AnswerBindings {
  readonly store: Store;
  readonly answering: Answering;
  readonly batches: App['batches'];
  readonly clock: Clock;
  readonly bus: Bus;
  readonly courier: Pick<Courier, 'refusal'>;
}

/** Binds the verbs of answers and asks to their parts. */
export function bindAnswers({
  store,
  answering,
  batches,
  clock,
  bus,
  courier,
}: AnswerBindings): Pick<App, 'answers' | 'asks' | 'misses' | 'judgements'> {
  const ask: App['answers']['ask'] = (project, question, caller) =>
    askQuestion(answering, { ...question, projectId: project.id, caller });
  const get: App['answers']['get'] = async (project, answerId) => {
    const answer = await store.answers.find(project.id, answerId);
    if (answer === null) throw notFound('answer', showId('answer', answerId));
    return answer;
  };
  const submit: App['batches']['submit'] = (command) => batches.submit(command);
  const waitForBatch: App['batches']['wait'] = (project, id, wait) => batches.wait(project, id, wait);
  const checkCallback = async (project: Project, url: string): Promise<boolean> => {
    // Who may ask may not have letters sent.
    const refusal = (to: string): string | null =>
      /^https?:/i.test(to) ? courier.refusal(to) : 'must begin with https:// or http://';
    checkWebhookUrl({ courier: { refusal } }, 'callbackUrl', url);
    const { items } = await store.webhooks.list(project.id, { limit: MAX_WEBHOOKS, cursor: null });
    return items.some(({ kind, isOn }) => kind === 'callbacks' && isOn);
  };
  const asks = { store, clock, ask, submit, waitForBatch, checkCallback };
  return {
    answers: {
      ask,
      stream: (project, question, caller) =>
        streamAnswer(answering, { ...question, projectId: project.id, caller }),
      get,
      explain: (project, answerId) => explainAnswer({ store }, project.id, answerId),
      ofItems: (project, of) => answersOfItems(answering, project.id, of),
      list: (project, filter, page) => store.answers.list(project.id, filter, page),
      async refresh(project, { answerId, keyId, requestId }, caller) {
        const { question, filter } = await get(project, answerId);
        return ask(project, { question, filter, cache: 'refresh', keyId, requestId }, caller);
      },
      async drop(project, filter) {
        const dropped = await dropAnswers(answering, project.id, filter);
        bus.publish({ kind: 'answers_dropped', projectId: project.id });
        return dropped;
      },
    },
    misses: bindMisses({ store, answering, clock }),
    judgements: bindJudgements(store, clock),
    asks: {
      start: (project, question, callbackUrl) => startAsk(asks, project, question, callbackUrl),
      get: (project, askId, wait) => getAsk(asks, project, askId, wait),
    },
  };
}

function bindMisses({
  store,
  answering,
  clock,
}: Pick<AnswerBindings, 'store' | 'answering' | 'clock'>): App['misses'] {
  return {
    async list(project, filter, page) {
      // Whoever just missed finds it here.
      await answering.hits.flush().catch(answering.onError);
      return store.misses.list(project.id, filter, { ...page, now: clock() });
    },
    async forget(project, missId, withGroup) {
      const forgotten = await store.misses.forget(project.id, { missId, withGroup });
      if (forgotten === 0) throw notFound('miss', showId('miss', missId));
      return forgotten;
    },
    forgetAll: (project) => store.misses.forget(project.id, { before: Number.MAX_SAFE_INTEGER }),
  };
}
