import { hash } from 'node:crypto';
import { contentOf } from '#domain/answer.ts';
import type { Answer, Citation, Evidence, FormerAnswer, NewAnswer } from '#domain/answer.ts';
import { filterOf, filterText } from '#domain/passage-filter.ts';
import type { FoundAgain } from '#ports/store/answers.ts';

/** An answer rests on the documents it quotes; a passage that supported no sentence is not among them. */
export function documentsOf(answer: Pick<NewAnswer, 'citations'>): Set<number> {
  return new Set(answer.citations.map((citation) => citation.documentId));
}

/** What an answer that is put in place of another keeps when it says the same; for the `set` of an upsert. */
export const RENEWED = `queued_at = null, overtaken_version = null,
    version = case when answers.content = excluded.content then answers.version else answers.version + 1 end,
    changed_at = case when answers.content = excluded.content then answers.changed_at else excluded.created_at end`;

/** The columns of an answer, as values that both databases take. */
export function toParameters(answer: NewAnswer) {
  const { paragraphs, fingerprint, epoch, floor } = answer.evidence;
  return {
    projectId: answer.projectId,
    key: answer.key,
    question: answer.question,
    filter: filterText(answer.filter),
    found: Number(answer.found),
    text: answer.text,
    citations: JSON.stringify(answer.citations),
    content: answer.content ?? contentDigest(answer),
    evidence: JSON.stringify({ paragraphs, fingerprint }),
    epoch,
    floor,
    inputTokens: answer.usage.inputTokens,
    outputTokens: answer.usage.outputTokens,
    costMicros: answer.usage.costMicros,
    profile: answer.profile,
    generator: answer.generator,
    corpusVersion: answer.corpusVersion,
    createdAt: answer.createdAt,
    expiresAt: answer.expiresAt,
    tookMs: Math.round(answer.tookMs),
  };
}

/** What is written of a row of `answers` whose evidence stands elsewhere now. */
export function movedColumns(columns: unknown, moved: NonNullable<FoundAgain['moved']>) {
  const row = columns as Pick<AnswerRow, 'found' | 'text' | 'evidence'>;
  const { fingerprint } = JSON.parse(row.evidence) as Pick<Evidence, 'fingerprint'>;
  const { citations, paragraphs } = moved;
  return {
    citations: JSON.stringify(citations),
    content: moved.content ?? contentDigest({ found: row.found === 1, text: row.text, citations }),
    evidence: JSON.stringify({ paragraphs, fingerprint }),
  };
}

export function contentDigest(answer: Parameters<typeof contentOf>[0]): string {
  return hash('sha256', contentOf(answer)).slice(0, 32);
}

/** A row of `answers` as the domain knows it, with `freshAt` as `fresh_at`. */
export function toAnswer(columns: unknown): Answer {
  const row = columns as AnswerRow;
  return {
    id: row.id,
    projectId: row.project_id,
    key: row.key,
    question: row.question,
    filter: filterOf(row.filter),
    found: row.found === 1,
    text: row.text,
    citations: JSON.parse(row.citations) as Citation[],
    evidence: {
      ...(JSON.parse(row.evidence) as Pick<Evidence, 'paragraphs' | 'fingerprint'>),
      epoch: row.epoch,
      floor: row.floor,
    },
    usage: {
      inputTokens: row.input_tokens,
      outputTokens: row.output_tokens,
      costMicros: row.cost_micros,
    },
    profile: row.profile,
    generator: row.generator,
    corpusVersion: row.fresh_at,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    tookMs: row.took_ms,
    hits: row.hits,
    lastHitAt: row.last_hit_at,
    version: row.version,
    changedAt: row.changed_at,
  };
}

/** A row of `answer_versions`. */
export function toFormerAnswer(row: Record<string, unknown>): FormerAnswer {
  return {
    version: row['version'] as number,
    found: row['found'] === 1,
    text: row['text'] as string,
    citations: JSON.parse(row['citations'] as string) as Citation[],
    generator: row['generator'] as string,
    corpusVersion: row['corpus_version'] as number,
    changedAt: row['changed_at'] as number,
    replacedAt: row['replaced_at'] as number,
  };
}

interface AnswerRow {
  id: number;
  project_id: number;
  key: string;
  question: string;
  filter: string;
  found: number;
  text: string;
  citations: string;
  evidence: string;
  epoch: number;
  floor: number | null;
  input_tokens: number;
  output_tokens: number;
  cost_micros: number | null;
  profile: string;
  generator: string;
  fresh_at: number;
  created_at: number;
  expires_at: number;
  took_ms: number;
  hits: number;
  last_hit_at: number | null;
  version: number;
  changed_at: number;
}
