import type { DatabaseSync } from 'node:sqlite';
import type { Miss, Missed } from '#domain/miss.ts';
import type { Page, PageRequest } from '#domain/page.ts';
import { LEAST_MISSES, MOST_MISSES } from '#ports/store/misses.ts';
import type { MissFilter, MissStore } from '#ports/store/misses.ts';
import { readPlace, showPlace, toMiss } from '../sql/miss-rows.ts';
import type { Remote } from './remote.ts';
import type { Scans, Writes } from './verbs.ts';

export function missWrites(db: DatabaseSync) {
  const upsert = db.prepare(
    `insert into misses (project_id, key, question, misses, first_at, last_at)
     values (:projectId, :key, :question, :misses, :now, :now)
     on conflict (project_id, key) do update set
       question = excluded.question, misses = misses + excluded.misses, last_at = excluded.last_at`,
  );
  const size = db.prepare('select count(*) as n from misses where project_id = ?');
  const trim = db.prepare(
    `delete from misses where id in (
       select id from misses where project_id = ? order by misses desc, id desc limit -1 offset ?)`,
  );
  const forgetOne = db.prepare('delete from misses where project_id = ? and id = ?');
  const forgetOld = db.prepare('delete from misses where project_id = ? and last_at < ?');
  const sweep = db.prepare('delete from misses where last_at < ?');
  return {
    count(projectId: number, missed: readonly Missed[], now: number): void {
      for (const { key, question, misses } of missed) upsert.run({ projectId, key, question, misses, now });
      if ((size.get(projectId)?.['n'] as number) > MOST_MISSES) trim.run(projectId, LEAST_MISSES);
    },
    forget(projectId: number, which: { readonly missId: number } | { readonly before: number }): number {
      const done =
        'missId' in which ? forgetOne.run(projectId, which.missId) : forgetOld.run(projectId, which.before);
      return Number(done.changes);
    },
    sweep(before: number): void {
      sweep.run(before);
    },
  };
}

export function missScans(db: DatabaseSync) {
  const list = db.prepare(LIST);
  return {
    list(
      projectId: number,
      filter: MissFilter,
      { limit, cursor, now }: PageRequest & { readonly now: number },
    ): Page<Miss> {
      const after = readPlace(cursor);
      const rows = list.all({
        projectId,
        now,
        text: filter.text?.toLowerCase() ?? null,
        state: filter.state ?? null,
        misses: after?.misses ?? null,
        id: after?.id ?? null,
        limit: limit + 1,
      });
      const items = rows.slice(0, limit).map(toMiss);
      const last = items.at(-1);
      return { items, next: rows.length > limit && last !== undefined ? showPlace(last) : null };
    },
  };
}

/** An answer that the documents have overtaken is looked at again before it is given, so it counts as none. */
const LIST = `
  select * from (
    select m.id, m.question, m.misses, m.first_at as firstAt, m.last_at as lastAt,
      case
        when a.id is null or a.corpus_version < p.corpus_version then 'cold'
        when a.found = 0 then 'not_found'
        when a.expires_at <= :now then 'cold'
        else 'warm'
      end as state
    from misses m
      join projects p on p.id = m.project_id
      left join answers a on a.project_id = m.project_id and a.key = m.key
    where m.project_id = :projectId
      and (:misses is null or m.misses < :misses or (m.misses = :misses and m.id < :id))
      and (:text is null or instr(lower(m.question), :text) > 0)
    order by m.misses desc, m.id desc)
  where :state is null or state = :state
  limit :limit`;

export function sqliteMisses(writes: Remote<Writes>, scans: Remote<Scans>): MissStore {
  return {
    count: writes.misses.count,
    list: scans.misses.list,
    forget: writes.misses.forget,
    sweep: writes.misses.sweep,
  };
}
