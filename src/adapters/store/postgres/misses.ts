import { filterText, NO_FILTER } from '#domain/passage-filter.ts';
import { LEAST_MISSES, MOST_MISSES } from '#ports/store/misses.ts';
import type { MissStore } from '#ports/store/misses.ts';
import { listMisses, pageOfGroups, toMissHead, toMissToGroup } from '../sql/miss-rows.ts';
import type { Session } from './session.ts';

const COUNT = `
  insert into misses as m (project_id, key, question, filter, misses, first_at, last_at)
  select $1, key, question, filter, misses, $6, $6
    from unnest($2::text[], $3::text[], $4::text[], $5::bigint[]) as g(key, question, filter, misses)
  on conflict (project_id, key) do update set
    question = excluded.question, misses = m.misses + excluded.misses, last_at = excluded.last_at`;

const SIZE = 'select count(*) as n from misses where project_id = $1';

const TRIM = `
  delete from misses where id in (
    select id from misses where project_id = $1 order by misses desc, id desc offset $2)`;

const LIST = listMisses('greatest', { projectId: '$1', now: '$2' });

const WAITING = 'select distinct project_id from misses where group_id is null limit $1';

const UNGROUPED = `
  select id, question, filter from misses where project_id = $1 and embedder is distinct from $2 order by id limit $3`;

const HEADS = `
  select distinct on (group_id) group_id, question, filter, vector from misses
   where project_id = $1 and embedder = $2 order by group_id, id`;

/** By id, so that two processes never wait for one another crosswise. */
const GROUP = `
  update misses m set group_id = g.group_id, embedder = $2, vector = g.vector
    from (select id, g.group_id, g.vector
            from unnest($3::bigint[], $4::bigint[], $5::bytea[]) as g(miss_id, group_id, vector)
            join misses on id = miss_id and project_id = $1 order by id for update of misses) g
   where m.id = g.id and m.embedder is distinct from $2`;

const FORGET_GROUP = `
  delete from misses where project_id = $1 and coalesce(group_id, id) = (
    select coalesce(group_id, id) from misses where project_id = $1 and id = $2)`;

export function postgresMisses(session: Session, scans: Session): MissStore {
  return {
    async count(projectId, missed, now) {
      // By key, so that two processes never wait for one another crosswise.
      const sorted = [...missed].sort((a, b) => (a.key < b.key ? -1 : 1));
      await session.run(COUNT, [
        projectId,
        sorted.map(({ key }) => key),
        sorted.map(({ question }) => question),
        sorted.map(({ filter = NO_FILTER }) => filterText(filter)),
        sorted.map(({ misses }) => misses),
        now,
      ]);
      const size = (await session.first(SIZE, [projectId]))?.['n'] as number;
      if (size > MOST_MISSES) await session.run(TRIM, [projectId, LEAST_MISSES]);
    },
    async list(projectId, filter, { now, ...page }) {
      return pageOfGroups(await scans.all(LIST, [projectId, now]), filter, page);
    },
    async waiting(limit) {
      const rows = await session.all(WAITING, [limit]);
      return rows.map((row) => row['project_id'] as number);
    },
    async ungrouped(projectId, embedder, limit) {
      return (await scans.all(UNGROUPED, [projectId, embedder, limit])).map(toMissToGroup);
    },
    async heads(projectId, embedder) {
      return (await scans.all(HEADS, [projectId, embedder])).map(toMissHead);
    },
    async group(projectId, embedder, grouped) {
      await session.run(GROUP, [
        projectId,
        embedder,
        grouped.map(({ missId }) => missId),
        grouped.map(({ groupId }) => groupId),
        grouped.map(({ vector }) => Buffer.from(vector)),
      ]);
    },
    async forget(projectId, which) {
      if ('before' in which)
        return session.run('delete from misses where project_id = $1 and last_at < $2', [
          projectId,
          which.before,
        ]);
      const { missId, withGroup } = which;
      if (withGroup) return session.run(FORGET_GROUP, [projectId, missId]);
      return session.run('delete from misses where project_id = $1 and id = $2', [projectId, missId]);
    },
    async sweep(before) {
      await session.run('delete from misses where last_at < $1', [before]);
    },
  };
}
