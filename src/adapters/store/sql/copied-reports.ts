/** Batches that were deleted, in part or whole, are not among those that are there. `$1` is the project. */
const LIVE = `b.project_id = $1 and b.source_kind <> 'ask' and b.status not in ('receiving', 'deleting', 'deleted')`;

/**
 * What a copy calls its batches: 1, 2, 3, oldest first. Batches themselves do not go along, so that all of them together need
 * no more ids where they arrive than they are.
 */
const NUMBERS = `
  select id, row_number() over (order by id) as number
    from (select batch_id as id from reports where project_id = $1
          union select batch_id from figures where project_id = $1 and batch_id > 0
          union select b.id from batches b where ${LIVE}) ids`;

const countOf = (status: string): string => `'"${status}":' || coalesce(sum(c.${status}), 0)`;
/** As `reports.counts` has them. */
const COUNTS = `'{' || ${['pending', 'processing', 'completed', 'failed', 'cancelled', 'skipped'].map(countOf).join(` || ',' || `)} || '}'`;

/** What batches came to: those that were deleted, and those that are there as if they were deleted now. */
export const SELECT_REPORTS = `
  select n.number as batch_id, r.workload, r.name, r.source_kind, r.source_detail, r.options, r.created_at, r.started_at,
         r.ended_at, r.counts
    from (select batch_id, workload, name, source_kind, source_detail, options, created_at, started_at, ended_at, counts
            from reports where project_id = $1
          union all
          select b.id, b.workload, b.name, b.source_kind, b.source_detail, b.options, b.created_at, b.started_at, b.ended_at,
                 ${COUNTS}
            from batches b left join batch_counts c on c.batch_id = b.id
           where ${LIVE} group by b.id) r
    join (${NUMBERS}) n on n.id = r.batch_id
   order by n.number`;

/** Batch 0 is what no batch did. */
export const SELECT_FIGURES = `
  select coalesce(n.number, 0) as batch_id, f.started_at, f.name, f.value
    from figures f left join (${NUMBERS}) n on n.id = f.batch_id
   where f.project_id = $1
   order by 1, f.started_at, f.name`;

export const REPORT_RANGE = `select min(number) as first, max(number) as last from (${NUMBERS}) n`;
