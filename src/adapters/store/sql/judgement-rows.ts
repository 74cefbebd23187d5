import type { JudgedAnswer, Judgement, NewJudgement } from '#domain/judgement.ts';

export const JUDGEMENT_COLUMNS = [
  'project_id',
  'key',
  'made_at',
  'faithful',
  'complete',
  'why',
  'judge',
  'tokens',
  'judged_at',
] as const;

/** In the order of the columns. */
export function toValues(judgement: NewJudgement): (string | number)[] {
  const { projectId, key, madeAt, faithful, complete, why, judge, tokens, judgedAt } = judgement;
  return [projectId, key, madeAt, faithful, complete, why, judge, tokens, judgedAt];
}

export function toJudgement(columns: unknown): Judgement {
  const row = columns as JudgementRow;
  return {
    id: row.id,
    projectId: row.project_id,
    key: row.key,
    madeAt: row.made_at,
    faithful: row.faithful,
    complete: row.complete,
    why: row.why,
    judge: row.judge,
    tokens: row.tokens,
    judgedAt: row.judged_at,
  };
}

export function toJudged(columns: unknown): JudgedAnswer {
  const { answer_id: answerId, question } = columns as { answer_id: number; question: string };
  return { judgement: toJudgement(columns), answerId, question };
}

interface JudgementRow {
  id: number;
  project_id: number;
  key: string;
  made_at: number;
  faithful: number;
  complete: number;
  why: string;
  judge: string;
  tokens: number;
  judged_at: number;
}
