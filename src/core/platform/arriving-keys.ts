import { answerKey } from '../answers/answer-key.ts';
import { filterOf } from '#domain/passage-filter.ts';
import { normaliseQuestion } from '#domain/answer.ts';
import type { CopiedKind, CopiedRow } from '#domain/project-copy.ts';

/**
 * Answers whose question keeps to certain documents have the ids of these in their key, and documents get other ids where
 * they arrive: so such an answer gets another key, and what names it by its key goes along.
 */
export class ArrivingKeys {
  readonly #moved = new Map<string, string>();

  /** @param row as it is to be written, under the ids of where it arrives */
  place(kind: CopiedKind, row: CopiedRow): CopiedRow {
    if (kind === 'answers') return this.#placeAnswer(row);
    if (kind !== 'misses' && kind !== 'judgements') return row;
    const key = this.#moved.get(row['key'] as string);
    return key === undefined ? row : { ...row, key };
  }

  #placeAnswer(row: CopiedRow): CopiedRow {
    const filter = filterOf(row['filter'] as string);
    if (filter.documents.length === 0) return row;
    const sameness = normaliseQuestion(row['question'] as string);
    const key = answerKey(row['profile'] as string, sameness, filter);
    this.#moved.set(row['key'] as string, key);
    return { ...row, key };
  }
}
