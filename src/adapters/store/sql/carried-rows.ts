import { packQuestion } from '#domain/embedded-question.ts';
import { diffChunks } from '#domain/chunk-changes.ts';
import type { ChunkChanges, PlacedChunk } from '#domain/chunk-changes.ts';
import type { EmbeddedQuestion } from '#domain/embedded-question.ts';
import type { Carry } from '#domain/effect.ts';
import type { Answer } from '#domain/answer.ts';
import { filterOf } from '#domain/passage-filter.ts';
import { MOST_DIFFERENT } from '#ports/store/carried.ts';
import type {
  ComingChange,
  CorpusChange,
  CorpusDifference,
  EnrolledAnswer,
  TouchedAnswer,
} from '#ports/store/carried.ts';

/**
 * The corpus version at which an answer `a` is known to have its evidence: what it was looked at, or was carried to
 * since. A version that was raised without a word about the carried (by an older Preheat beside this one) is none.
 *
 * @param greatest the function that gives the larger of two
 */
export function freshAt(greatest: 'max' | 'greatest', a = 'a'): string {
  return `${greatest}(${a}.corpus_version, coalesce((
    select case when q.enrolment > 0 then p.carried_version else q.until end
      from answer_questions q join projects p on p.id = q.project_id where q.answer_id = ${a}.id), 0))`;
}

/** What a change of the corpus is to the carried answers, in the transaction that makes it. */
export interface CarriedChange {
  readonly projectId: number;
  /** What it raised the corpus version to. */
  readonly corpusVersion: number;
  readonly documentId: number | null;
  readonly kind: CorpusChange['kind'];
  /** The document's version that was visible before. */
  readonly before: number | null;
  /** Its tags then, as JSON; null: it was not visible. */
  readonly tags: string | null;
  readonly hasNewEpoch: boolean;
  readonly carry: Carry | null;
  readonly now: number;
}

export interface CarriedProject {
  readonly epoch: number;
  readonly carriedVersion: number;
}

/** The carry, where all that it was found with still holds. */
export function validCarry(change: CarriedChange, project: CarriedProject): Carry | null {
  const { carry, corpusVersion, before, hasNewEpoch } = change;
  if (carry === null || hasNewEpoch || project.carriedVersion !== corpusVersion - 1) return null;
  const isSame = carry.before === before && showTags(carry.tags) === change.tags;
  return carry.epoch === project.epoch && isSame ? carry : null;
}

function showTags(tags: readonly string[] | null): string | null {
  return tags === null ? null : JSON.stringify(tags);
}

export function reachOf({ hasNewEpoch }: CarriedChange, carry: Carry | null): CorpusChange['reach'] {
  if (carry !== null) return 'probed';
  return hasNewEpoch ? 'epoch' : 'unprobed';
}

/** The columns that a question comes with; null: changes cannot be tried on it. */
export function questionOf(
  asked: EmbeddedQuestion | null | undefined,
): { readonly embedder: string; readonly vector: Uint8Array } | null {
  if (asked === null || asked === undefined || asked.vector.length === 0) return null;
  return { embedder: asked.embedder, vector: packQuestion(asked.vector) };
}

/** A document before a change, as `differenceOf` takes it: what is visible of it, and its tags as JSON. */
export interface VisibleDocument {
  readonly document_id: number;
  readonly version_id: number | null;
  readonly epoch: number;
  readonly tags: string;
  /** Of a staged version, as JSON; null: it keeps those that are there. */
  readonly new_tags?: string | null;
}

/** What a change does to the tags of a document. */
export function tagsAround(
  row: VisibleDocument,
  change: ComingChange,
): Pick<CorpusDifference, 'tags' | 'isOfTags'> {
  const kept = JSON.parse(row.tags) as string[];
  const before = row.version_id === null ? null : kept;
  if ('versionId' in change) {
    const given = row.new_tags ?? null;
    const after = given === null ? kept : (JSON.parse(given) as string[]);
    return { tags: { before, after }, isOfTags: false };
  }
  return { tags: { before, after: change.tags ?? null }, isOfTags: change.tags !== undefined };
}

/** Null: too much to be taken apart. */
export function differenceOf(
  before: readonly Record<string, unknown>[],
  after: readonly Record<string, unknown>[],
): ChunkChanges | null {
  const changes = diffChunks(before as unknown as PlacedChunk[], after as unknown as PlacedChunk[]);
  return changes.added.length + changes.removed.length > MOST_DIFFERENT ? null : changes;
}

export function hashesOf(rows: readonly Record<string, unknown>[]): string[] {
  const paragraphs = rows.flatMap(
    (row) => JSON.parse(row['paragraphs'] as string) as readonly { readonly hash: string }[],
  );
  return [...new Set(paragraphs.map(({ hash }) => hash))];
}

export function toEnrolled(row: Record<string, unknown>): EnrolledAnswer {
  const { paragraphs } = JSON.parse(row['evidence'] as string) as Pick<Answer['evidence'], 'paragraphs'>;
  return {
    id: row['id'] as number,
    question: row['question'] as string,
    filter: filterOf(row['filter'] as string),
    floor: row['floor'] as number | null,
    vector: row['vector'] as Uint8Array,
    evidence: paragraphs.map(({ documentId, hash }) => ({ documentId, hash })),
  };
}

/** Columns of a change `c`. */
export const CHANGE_COLUMNS = `c.corpus_version, c.document_id, c.kind, c.reach, c.answers, c.touched, c.at,
  (select d.name from documents d where d.id = c.document_id) as document,
  ${['kept', 'same', 'different', 'dropped']
    .map(
      (outcome) => `(select count(*) from touched_answers t where t.project_id = c.project_id
        and t.corpus_version = c.corpus_version and t.outcome = '${outcome}') as ${outcome}`,
    )
    .join(', ')}`;

export function toChange(row: Record<string, unknown>): CorpusChange {
  const { corpus_version: corpusVersion, document_id: documentId, ...rest } = row;
  return { ...rest, corpusVersion, documentId } as unknown as CorpusChange;
}

export function toTouched(row: Record<string, unknown>): TouchedAnswer {
  return {
    answerId: row['answer_id'] as number,
    question: row['question'] as string | null,
    outcome: row['outcome'] as TouchedAnswer['outcome'],
  };
}
