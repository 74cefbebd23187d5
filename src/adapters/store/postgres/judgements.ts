import type { JudgementStore } from '#ports/store/judgements.ts';
import { pageOf, readCursor } from '../sql/cursor.ts';
import { JUDGEMENT_COLUMNS, toJudged, toJudgement, toValues } from '../sql/judgement-rows.ts';
import { closeCase } from './cases.ts';
import type { Session } from './session.ts';

const PUT = `
  insert into judgements (${JUDGEMENT_COLUMNS.join(', ')})
  values (${JUDGEMENT_COLUMNS.map((_, index) => `$${index + 1}`).join(', ')})
  on conflict (project_id, key) do update set
    ${JUDGEMENT_COLUMNS.slice(2)
      .map((name) => `${name} = excluded.${name}`)
      .join(', ')}`;

const LIST = `
  select j.*, a.id as answer_id, a.question from judgements j
    join answers a on a.project_id = j.project_id and a.key = j.key and a.created_at = j.made_at
   where j.project_id = $1 and j.id < $2 and least(j.faithful, j.complete) < $3
   order by j.id desc limit $4`;

export function postgresJudgements(session: Session, scans: Session): JudgementStore {
  return {
    put: (judgement, claimed) =>
      session.transaction(async (tx) => {
        if (claimed !== null && !(await closeCase(tx, claimed))) return false;
        await tx.run(PUT, toValues(judgement));
        return true;
      }),
    async find(projectId, key, madeAt) {
      const sql = 'select * from judgements where project_id = $1 and key = $2 and made_at = $3';
      const row = await session.first(sql, [projectId, key, madeAt]);
      return row === undefined ? null : toJudgement(row);
    },
    async list(projectId, { below = 101 }, page) {
      const before = readCursor(page.cursor) ?? Number.MAX_SAFE_INTEGER;
      const rows = await scans.all(LIST, [projectId, before, below, page.limit + 1]);
      return pageOf(rows.map(toJudged), page.limit, ({ judgement }) => judgement.id);
    },
    async sweep(before) {
      await session.run('delete from judgements where judged_at < $1', [before]);
    },
  };
}
