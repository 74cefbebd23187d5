import { LEAST_MISSES, MOST_MISSES } from '#ports/store/misses.ts';
import type { MissStore } from '#ports/store/misses.ts';
import { readPlace, showPlace, toMiss } from '../sql/miss-rows.ts';
import type { Session } from './session.ts';

const COUNT = `
  insert into misses as m (project_id, key, question, misses, first_at, last_at)
  select $1, key, question, misses, $5, $5 from unnest($2::text[], $3::text[], $4::bigint[]) as g(key, question, misses)
  on conflict (project_id, key) do update set
    question = excluded.question, misses = m.misses + excluded.misses, last_at = excluded.last_at`;

const SIZE = 'select count(*) as n from misses where project_id = $1';

const TRIM = `
  delete from misses where id in (
    select id from misses where project_id = $1 order by misses desc, id desc offset $2)`;

/** An answer that the documents have overtaken is looked at again before it is given, so it counts as none. */
const LIST = `
  select * from (
    select m.id, m.question, m.misses, m.first_at as "firstAt", m.last_at as "lastAt",
      case
        when a.id is null or a.corpus_version < p.corpus_version then 'cold'
        when a.found = 0 then 'not_found'
        when a.expires_at <= $2 then 'cold'
        else 'warm'
      end as state
    from misses m
      join projects p on p.id = m.project_id
      left join answers a on a.project_id = m.project_id and a.key = m.key
    where m.project_id = $1
      and ($5::bigint is null or m.misses < $5 or (m.misses = $5 and m.id < $6))
      and ($3::text is null or strpos(lower(m.question), $3) > 0)) found
  where $4::text is null or state = $4
  order by misses desc, id desc limit $7`;

export function postgresMisses(session: Session, scans: Session): MissStore {
  return {
    async count(projectId, missed, now) {
      // By key, so that two processes never wait for one another crosswise.
      const sorted = [...missed].sort((a, b) => (a.key < b.key ? -1 : 1));
      await session.run(COUNT, [
        projectId,
        sorted.map(({ key }) => key),
        sorted.map(({ question }) => question),
        sorted.map(({ misses }) => misses),
        now,
      ]);
      const size = (await session.first(SIZE, [projectId]))?.['n'] as number;
      if (size > MOST_MISSES) await session.run(TRIM, [projectId, LEAST_MISSES]);
    },
    async list(projectId, filter, { limit, cursor, now }) {
      const after = readPlace(cursor);
      const text = filter.text?.toLowerCase() ?? null;
      const place = [after?.misses ?? null, after?.id ?? null, limit + 1];
      const rows = await scans.all(LIST, [projectId, now, text, filter.state ?? null, ...place]);
      const items = rows.slice(0, limit).map(toMiss);
      const last = items.at(-1);
      return { items, next: rows.length > limit && last !== undefined ? showPlace(last) : null };
    },
    async forget(projectId, which) {
      return 'missId' in which
        ? session.run('delete from misses where project_id = $1 and id = $2', [projectId, which.missId])
        : session.run('delete from misses where project_id = $1 and last_at < $2', [projectId, which.before]);
    },
    async sweep(before) {
      await session.run('delete from misses where last_at < $1', [before]);
    },
  };
}
