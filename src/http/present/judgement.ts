import type { JudgedHour } from '#core/answers/asking.ts';
import { showId } from '#domain/ids.ts';
import type { JudgedAnswer, Judgement } from '#domain/judgement.ts';
import type { JudgingState } from '#domain/judging-case.ts';
import type * as wire from '#wire/index.ts';
import { iso } from './value.ts';

export function presentJudgement(judgement: Judgement): wire.Judgement {
  const { faithful, complete, why, judge, tokens, judgedAt } = judgement;
  return { faithful, complete, why, judge, tokens, judgedAt: iso(judgedAt) };
}

export function presentJudged({ judgement, answerId, question }: JudgedAnswer): wire.JudgedAnswer {
  return { ...presentJudgement(judgement), answerId: showId('answer', answerId), question };
}

export function presentJudgedHour({ startedAt, ...figures }: JudgedHour): wire.JudgedHour {
  return { hour: iso(startedAt), ...figures };
}

export function presentJudging({ nextAt, troubles, ...counts }: JudgingState): wire.Judging {
  return { ...counts, nextAt: nextAt === null ? null : iso(nextAt), troubles: [...troubles] };
}
