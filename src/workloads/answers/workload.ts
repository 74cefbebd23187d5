import type { Answering } from '#core/answers/answering.ts';
import { checkFilter, readFilter, showFilter } from '#core/answers/read-filter.ts';
import { warmQuestion } from '#core/answers/warm-question.ts';
import { REWARM_FIGURES } from '#core/freshness/rewarm-budget.ts';
import { isUnfiltered } from '#domain/passage-filter.ts';
import type { PassageFilter } from '#domain/passage-filter.ts';
import type { Json, JsonObject } from '#domain/json.ts';
import { contentOf } from '#domain/answer.ts';
import type { Effect } from '#domain/effect.ts';
import type { ClaimedItem, Outcome } from '#domain/outcome.ts';
import type { Readable, RunContext, Workload } from '#ports/workload.ts';
import { readEntry } from './read-entry.ts';
import { readQuestions } from './read-file.ts';

const SHOWN_CHARACTERS = 200;

/** Warms questions: each item is one, and leaves an answer in the cache. */
export function answersWorkload(answering: Answering): Workload {
  return {
    name: 'answers',
    readOptions,
    readEntry,
    readFile: readQuestions,
    describe: (payload) => oneLine(questionOf(payload)),
    run: (item, context) => warm(answering, item, context),
  };
}

/**
 * `refresh`: make every answer anew, also where a fresh one is there; `madeBefore`: those made before that time; `filter`:
 * of questions that have none of their own.
 */
function readOptions(options: JsonObject): Readable<JsonObject> {
  const { refresh = false, madeBefore, filter: given, ...others } = options;
  if (typeof refresh !== 'boolean')
    return { problem: { field: 'options.refresh', message: 'refresh is true or false' } };
  if (madeBefore !== undefined && Number.isNaN(timeOf(madeBefore))) {
    const message = 'madeBefore is a time such as 2026-11-30T06:00:00Z';
    return { problem: { field: 'options.madeBefore', message } };
  }
  const filter = readFilter(given, 'options.filter');
  if ('problem' in filter) return filter;
  const unknown = Object.keys(others)[0];
  if (unknown !== undefined) {
    return {
      problem: {
        field: `options.${unknown}`,
        message: `there is no option "${unknown}"; answers knows "refresh", "filter" and "madeBefore"`,
      },
    };
  }
  return {
    ok: {
      refresh,
      ...(isUnfiltered(filter.ok) ? {} : { filter: showFilter(filter.ok) }),
      ...(madeBefore === undefined ? {} : { madeBefore }),
    },
  };
}

function timeOf(value: Json | undefined): number {
  return typeof value === 'string' ? Date.parse(value) : Number.NaN;
}

async function warm(
  answering: Answering,
  { projectId, keyId, requestId, payload }: ClaimedItem,
  context: RunContext,
): Promise<Outcome> {
  const isRefresh = context.options['refresh'] === true;
  const { madeBefore } = context.options;
  const warmed = await warmQuestion(answering, {
    projectId,
    question: questionOf(payload),
    filter: filterIn(payload, context.options),
    keyId,
    requestId,
    isRefresh,
    signal: context.signal,
    ...(madeBefore === undefined ? {} : { madeBefore: timeOf(madeBefore) }),
  });
  const { answer } = warmed;
  const result = { found: answer.found, answerKey: answer.key, tookMs: answer.tookMs };
  if (warmed.kind === 'already_warm') {
    return { kind: 'skipped', reason: 'already_warm', result: { ...result, answerId: warmed.answer.id } };
  }
  const stored: Effect = { kind: 'answer', answer: warmed.answer, flight: warmed.flight };
  if (madeBefore === undefined) return { kind: 'completed', result, effects: [stored] };
  const isSame = warmed.before !== null && contentOf(warmed.before) === contentOf(answer);
  const tokens = answer.usage.inputTokens + answer.usage.outputTokens;
  const figures = {
    [REWARM_FIGURES.tokens]: tokens,
    [isSame ? REWARM_FIGURES.same : REWARM_FIGURES.changed]: 1,
  };
  return {
    kind: 'completed',
    result: { ...result, isSame },
    effects: [stored, { kind: 'figures', figures }],
  };
}

/** Its own, else that of the batch. Both were read before they came here. */
function filterIn(payload: JsonObject, options: JsonObject): PassageFilter {
  return checkFilter(payload['filter'] ?? options['filter']);
}

function questionOf(payload: JsonObject): string {
  return typeof payload['question'] === 'string' ? payload['question'] : '';
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length <= SHOWN_CHARACTERS ? line : `${line.slice(0, SHOWN_CHARACTERS - 1)}…`;
}
