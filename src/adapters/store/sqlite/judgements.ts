import type { DatabaseSync } from 'node:sqlite';
import type { JudgedAnswer, NewJudgement } from '#domain/judgement.ts';
import type { JudgingCase } from '#domain/judging-case.ts';
import type { Page, PageRequest } from '#domain/page.ts';
import type { JudgementFilter, JudgementStore } from '#ports/store/judgements.ts';
import { pageOf, readCursor } from '../sql/cursor.ts';
import { JUDGEMENT_COLUMNS, toJudged, toJudgement, toValues } from '../sql/judgement-rows.ts';
import { closeCase } from './cases.ts';
import type { Remote } from './remote.ts';

export function judgementWrites(db: DatabaseSync) {
  const put = db.prepare(`
    insert into judgements (${JUDGEMENT_COLUMNS.join(', ')}) values (${JUDGEMENT_COLUMNS.map(() => '?').join(', ')})
    on conflict (project_id, key) do update set
      ${JUDGEMENT_COLUMNS.slice(2)
        .map((name) => `${name} = excluded.${name}`)
        .join(', ')}`);
  const close = closeCase(db);
  const sweep = db.prepare('delete from judgements where judged_at < ?');
  return {
    put(judgement: NewJudgement, claimed: JudgingCase | null): boolean {
      if (claimed !== null && !close(claimed)) return false;
      put.run(...toValues(judgement));
      return true;
    },
    sweep(before: number): void {
      sweep.run(before);
    },
  };
}

export function judgementScans(db: DatabaseSync) {
  const list = db.prepare(`
    select j.*, a.id as answer_id, a.question from judgements j
      join answers a on a.project_id = j.project_id and a.key = j.key and a.created_at = j.made_at
    where j.project_id = :projectId and j.id < :before and min(j.faithful, j.complete) < :below
    order by j.id desc limit :limit`);
  return {
    list(projectId: number, { below = 101 }: JudgementFilter, page: PageRequest): Page<JudgedAnswer> {
      const before = readCursor(page.cursor) ?? Number.MAX_SAFE_INTEGER;
      const rows = list.all({ projectId, before, below, limit: page.limit + 1 });
      return pageOf(rows.map(toJudged), page.limit, ({ judgement }) => judgement.id);
    },
  };
}

export function sqliteJudgements(
  db: DatabaseSync,
  writes: Remote<typeof judgementWrites>,
  scans: Remote<typeof judgementScans>,
): JudgementStore {
  const find = db.prepare('select * from judgements where project_id = ? and key = ? and made_at = ?');
  return {
    put: writes.put,
    sweep: writes.sweep,
    async find(projectId, key, madeAt) {
      const row = find.get(projectId, key, madeAt);
      return row === undefined ? null : toJudgement(row);
    },
    list: scans.list,
  };
}
