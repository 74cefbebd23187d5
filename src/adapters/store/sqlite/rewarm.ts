import type { DatabaseSync } from 'node:sqlite';
import type { Answer } from '#domain/answer.ts';
import type { DueRequest, Looked, RewarmStore, SuspectRequest } from '#ports/store/rewarm.ts';
import { toAnswer } from '../sql/answer-rows.ts';
import { freshAt } from '../sql/carried-rows.ts';
import { SELECT } from './answers.ts';
import type { Remote } from './remote.ts';

const FRESH_AT = freshAt('max');
const CORPUS_VERSION = '(select corpus_version from projects where id = :projectId)';

const SUSPECTS = `
  ${SELECT} where project_id = :projectId and profile = :profile and expires_at > :now
    and ${FRESH_AT} < ${CORPUS_VERSION} and coalesce(overtaken_version, 0) < ${CORPUS_VERSION}
  order by hits desc, id limit :limit`;

const DUE = `
  ${SELECT} where project_id = :projectId and profile = :profile
    and (queued_at is null or queued_at < :queuedBefore)
    and ((overtaken_version > ${FRESH_AT} and expires_at > :now)
      or (found = 1 and last_hit_at > created_at and (expires_at - :now) * 10 <= expires_at - created_at))
  order by hits desc, id limit :limit`;

export function rewarmWrites(db: DatabaseSync) {
  const noteOvertaken = db.prepare(
    'update answers set overtaken_version = ? where project_id = ? and id = ? and created_at = ?',
  );
  const noteQueued = db.prepare('update answers set queued_at = ? where project_id = ? and id = ?');
  return {
    noteOvertaken(projectId: number, answers: readonly Looked[], corpusVersion: number): void {
      for (const { id, createdAt } of answers) noteOvertaken.run(corpusVersion, projectId, id, createdAt);
    },
    noteQueued(projectId: number, answerIds: readonly number[], now: number): void {
      for (const id of answerIds) noteQueued.run(now, projectId, id);
    },
  };
}

export function rewarmScans(db: DatabaseSync) {
  const suspects = db.prepare(SUSPECTS);
  const due = db.prepare(DUE);
  return {
    suspects(projectId: number, request: SuspectRequest): Answer[] {
      return suspects.all({ projectId, ...request }).map(toAnswer);
    },
    due(projectId: number, request: DueRequest): Answer[] {
      return due.all({ projectId, ...request }).map(toAnswer);
    },
  };
}

export function sqliteRewarm(
  writes: Remote<typeof rewarmWrites>,
  scans: Remote<typeof rewarmScans>,
): RewarmStore {
  return {
    suspects: scans.suspects,
    noteOvertaken: writes.noteOvertaken,
    due: scans.due,
    noteQueued: writes.noteQueued,
  };
}
