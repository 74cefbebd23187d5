import type { DatabaseSync } from 'node:sqlite';
import type { Missed, MissGroup } from '#domain/miss.ts';
import { filterText, NO_FILTER } from '#domain/passage-filter.ts';
import type { Page, PageRequest } from '#domain/page.ts';
import { LEAST_MISSES, MOST_MISSES } from '#ports/store/misses.ts';
import type {
  ForgottenMisses,
  GroupedMiss,
  MissFilter,
  MissHead,
  MissStore,
  MissToGroup,
} from '#ports/store/misses.ts';
import { listMisses, pageOfGroups, toMissHead, toMissToGroup } from '../sql/miss-rows.ts';
import type { Remote } from './remote.ts';

export function missWrites(db: DatabaseSync) {
  const upsert = db.prepare(
    `insert into misses (project_id, key, question, filter, misses, first_at, last_at)
     values (:projectId, :key, :question, :filter, :misses, :now, :now)
     on conflict (project_id, key) do update set
       question = excluded.question, misses = misses + excluded.misses, last_at = excluded.last_at`,
  );
  const size = db.prepare('select count(*) as n from misses where project_id = ?');
  const trim = db.prepare(
    `delete from misses where id in (
       select id from misses where project_id = ? order by misses desc, id desc limit -1 offset ?)`,
  );
  const put = db.prepare(
    `update misses set group_id = ?, embedder = ?, vector = ? where project_id = ? and id = ? and embedder is not ?`,
  );
  const forgetOne = db.prepare('delete from misses where project_id = ? and id = ?');
  const forgetGroup = db.prepare(
    `delete from misses where project_id = :projectId and coalesce(group_id, id) = (
       select coalesce(group_id, id) from misses where project_id = :projectId and id = :missId)`,
  );
  const forgetOld = db.prepare('delete from misses where project_id = ? and last_at < ?');
  const sweep = db.prepare('delete from misses where last_at < ?');
  return {
    count(projectId: number, missed: readonly Missed[], now: number): void {
      for (const { key, question, filter = NO_FILTER, misses } of missed)
        upsert.run({ projectId, key, question, filter: filterText(filter), misses, now });
      if ((size.get(projectId)?.['n'] as number) > MOST_MISSES) trim.run(projectId, LEAST_MISSES);
    },
    group(projectId: number, embedder: string, grouped: readonly GroupedMiss[]): void {
      for (const { missId, groupId, vector } of grouped)
        put.run(groupId, embedder, vector, projectId, missId, embedder);
    },
    forget(projectId: number, which: ForgottenMisses): number {
      if ('before' in which) return Number(forgetOld.run(projectId, which.before).changes);
      const { missId } = which;
      const done = which.withGroup
        ? forgetGroup.run({ projectId, missId })
        : forgetOne.run(projectId, missId);
      return Number(done.changes);
    },
    sweep(before: number): void {
      sweep.run(before);
    },
  };
}

export function missScans(db: DatabaseSync) {
  const list = db.prepare(listMisses('max', { projectId: ':projectId', now: ':now' }));
  const waiting = db.prepare('select distinct project_id from misses where group_id is null limit ?');
  const ungrouped = db.prepare(
    'select id, question, filter from misses where project_id = ? and embedder is not ? order by id limit ?',
  );
  // With min(), SQLite takes the other columns from that row.
  const heads = db.prepare(
    `select min(id), group_id, question, filter, vector from misses where project_id = ? and embedder = ?
     group by group_id order by group_id`,
  );
  return {
    list(
      projectId: number,
      filter: MissFilter,
      { now, ...page }: PageRequest & { readonly now: number },
    ): Page<MissGroup> {
      return pageOfGroups(list.all({ projectId, now }), filter, page);
    },
    waiting(limit: number): number[] {
      return waiting.all(limit).map((row) => row['project_id'] as number);
    },
    ungrouped(projectId: number, embedder: string, limit: number): MissToGroup[] {
      return ungrouped.all(projectId, embedder, limit).map(toMissToGroup);
    },
    heads(projectId: number, embedder: string): MissHead[] {
      return heads.all(projectId, embedder).map(toMissHead);
    },
  };
}

export function sqliteMisses(writes: Remote<typeof missWrites>, scans: Remote<typeof missScans>): MissStore {
  return {
    count: writes.count,
    list: scans.list,
    waiting: scans.waiting,
    ungrouped: scans.ungrouped,
    heads: scans.heads,
    group: writes.group,
    forget: writes.forget,
    sweep: writes.sweep,
  };
}
