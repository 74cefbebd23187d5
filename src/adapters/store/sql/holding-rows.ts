import type { Holdings, LeastUsed } from '#ports/store/holdings.ts';

const LENGTH =
  'octet_length(question) + octet_length(text) + octet_length(citations) + octet_length(evidence)';

/** `$1` is the project. */
export const HOLDINGS = `
  select (select count(*) from answers where project_id = $1) as answers,
         (select count(*) from turns where project_id = $1) as turns,
         (select count(*) from documents where project_id = $1 and version_id is not null) as documents,
         (select coalesce(sum(${LENGTH}), 0) from answers where project_id = $1)
           + (select coalesce(sum(bytes), 0) from turns where project_id = $1) as cached_bytes`;

/** Longest unused first: `$2` is what may stay, in bytes, `$3` how many are named at most. */
export const LEAST_USED = `
  with held(answer_id, turn_key, bytes, used_at) as (
         select id, null, ${LENGTH}, coalesce(last_hit_at, created_at) from answers where project_id = $1
         union all
         select null, key, bytes, created_at from turns where project_id = $1),
       ranked as (
         select answer_id, turn_key, used_at,
                sum(bytes) over (order by used_at desc, answer_id desc, turn_key desc) as so_far
           from held)
  select answer_id, turn_key from ranked where so_far > $2
   order by used_at, answer_id, turn_key limit $3`;

export function toHoldings(row: unknown): Holdings {
  const { answers, turns, documents, cached_bytes: cachedBytes } = row as Holdings & { cached_bytes: number };
  return { cachedBytes: Number(cachedBytes), answers, turns, documents };
}

export function toLeastUsed(rows: readonly Record<string, unknown>[]): LeastUsed {
  return {
    answerIds: rows.flatMap((row) => (row['answer_id'] === null ? [] : [row['answer_id'] as number])),
    turnKeys: rows.flatMap((row) => (row['turn_key'] === null ? [] : [row['turn_key'] as string])),
  };
}
