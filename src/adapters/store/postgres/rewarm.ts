import type { RewarmStore } from '#ports/store/rewarm.ts';
import { toAnswer } from '../sql/answer-rows.ts';
import { freshAt } from '../sql/carried-rows.ts';
import { SELECT } from './answers.ts';
import type { Session } from './session.ts';

const FRESH_AT = freshAt('greatest');
const CORPUS_VERSION = '(select corpus_version from projects where id = $1)';

const SUSPECTS = `
  ${SELECT} where project_id = $1 and profile = $3 and expires_at > $2
     and ${FRESH_AT} < ${CORPUS_VERSION} and coalesce(overtaken_version, 0) < ${CORPUS_VERSION}
   order by hits desc, id limit $4`;

const DUE = `
  ${SELECT} where project_id = $1 and profile = $3 and (queued_at is null or queued_at < $4)
     and ((overtaken_version > ${FRESH_AT} and expires_at > $2)
       or (found = 1 and last_hit_at > created_at and (expires_at - $2) * 10 <= expires_at - created_at))
   order by hits desc, id limit $5`;

/** By id, so that two processes never wait for one another crosswise. */
const NOTE_OVERTAKEN = `
  update answers a set overtaken_version = $4
    from (select a.id from unnest($2::bigint[], $3::bigint[]) as g(id, created_at)
            join answers a on a.id = g.id and a.created_at = g.created_at and a.project_id = $1
           order by a.id for update of a) g
   where a.id = g.id`;

const NOTE_QUEUED = `
  update answers set queued_at = $3
   where id = any(array(select id from answers where project_id = $1 and id = any($2::bigint[]) order by id for update))`;

export function postgresRewarm(session: Session, scans: Session): RewarmStore {
  return {
    async suspects(projectId, { now, profile, limit }) {
      return (await scans.all(SUSPECTS, [projectId, now, profile, limit])).map(toAnswer);
    },
    async noteOvertaken(projectId, answers, corpusVersion) {
      const [ids, times] = [answers.map(({ id }) => id), answers.map(({ createdAt }) => createdAt)];
      await session.run(NOTE_OVERTAKEN, [projectId, ids, times, corpusVersion]);
    },
    async due(projectId, { now, profile, queuedBefore, limit }) {
      return (await scans.all(DUE, [projectId, now, profile, queuedBefore, limit])).map(toAnswer);
    },
    async noteQueued(projectId, answerIds, now) {
      await session.run(NOTE_QUEUED, [projectId, answerIds, now]);
    },
  };
}
