import { SEALED_KINDS } from '#ports/store/seals.ts';
import type { SealedKind, SealedRow, SealedRows, SealKey, SealPass } from '#ports/store/seals.ts';

/** Where words of a kind stand. */
interface SealedTable {
  readonly table: string;
  /** What is read beside the table, when a row does not say itself whose it is. */
  readonly join?: string;
  readonly id: readonly string[];
  readonly project: string;
  readonly key: string;
  readonly columns: readonly string[];
  /** Comes before every row. */
  readonly first: readonly (string | number)[];
}

const ID = { id: ['id'], project: 't.project_id', key: 'null', first: [0] } as const;

const TABLES: Readonly<Record<SealedKind, SealedTable>> = {
  items: {
    ...ID,
    table: 'items',
    join: 'join batches o on o.id = t.batch_id',
    project: 'o.project_id',
    columns: ['payload', 'result'],
  },
  answers: { ...ID, table: 'answers', key: 't.key', columns: ['question', 'text', 'citations'] },
  former_answers: {
    table: 'answer_versions',
    join: 'join answers o on o.id = t.answer_id',
    id: ['answer_id'],
    project: 'o.project_id',
    key: 'o.key',
    columns: ['text', 'citations'],
    first: [0],
  },
  misses: { ...ID, table: 'misses', columns: ['question'] },
  judgements: { ...ID, table: 'judgements', key: 't.key', columns: ['why'] },
  turns: {
    ...ID,
    table: 'turns',
    id: ['project_id', 'key'],
    key: 't.key',
    columns: ['body'],
    first: [0, ''],
  },
  schedules: { ...ID, table: 'schedules', columns: ['items'] },
  responses: {
    ...ID,
    table: 'idempotency_keys',
    id: ['project_id', 'operation', 'key'],
    key: `t.operation || ' ' || t.key`,
    columns: ['response_body'],
    first: [0, '', ''],
  },
};

/** Rows of a kind after one; parameters: the id of that, and how many. Numbered `$1`. */
export function selectSealed(kind: SealedKind): string {
  const { table, join = '', id, project, key, columns } = TABLES[kind];
  const order = id.map((name) => `t.${name}`).join(', ');
  const ids = id.map((name, i) => `t.${name} as id${i}`);
  const values = columns.map((name, i) => `t.${name} as value${i}`);
  const after = id.map((_, i) => `$${i + 1}`).join(', ');
  return `
    select ${[...ids, ...values].join(', ')}, ${project} as owner, ${key} as about
      from ${table} t ${join} where (${order}) > (${after}) order by ${order} limit $${id.length + 1}`;
}

/** Parameters: the new values, the id, the old values. */
export function updateSealed(kind: SealedKind): string {
  const { table, id, columns } = TABLES[kind];
  const n = columns.length;
  const set = columns.map((name, i) => `${name} = $${i + 1}`).join(', ');
  const which = id.map((name, i) => `${name} = $${n + i + 1}`);
  const same = columns.map((name, i) => `${name} is not distinct from $${n + id.length + i + 1}`);
  return `update ${table} set ${set} where ${[...which, ...same].join(' and ')}`;
}

export const COUNT_SEALED = `select ${SEALED_KINDS.map((kind) => `(select count(*) from ${TABLES[kind].table})`).join(' + ')} as total`;

export function afterOf(kind: SealedKind, cursor: string | null): readonly (string | number)[] {
  return cursor === null ? TABLES[kind].first : (JSON.parse(cursor) as (string | number)[]);
}

export function toSealedRows(
  kind: SealedKind,
  rows: readonly Record<string, unknown>[],
  limit: number,
): SealedRows {
  const { id, columns } = TABLES[kind];
  const found = rows.map((row): SealedRow => ({
    id: id.map((_, i) => row[`id${i}`] as string | number),
    projectId: row['owner'] as number,
    key: row['about'] as string | null,
    values: columns.map((_, i) => row[`value${i}`] as string | null),
  }));
  const last = found.at(-1);
  return { rows: found, next: last === undefined || found.length < limit ? null : JSON.stringify(last.id) };
}

export const SEAL_KEYS = 'select name, proof, since from seal_keys order by since, name';
export const NOTE_KEY =
  'insert into seal_keys (name, proof, since) values ($1, $2, $3) on conflict do nothing';
export const FORGET_OTHERS = 'delete from seal_keys where name <> $1';
export const SEAL_PASS = 'select * from seal_pass where id = 1';
export const BEGIN_PASS = `
  insert into seal_pass (id, key, kind, cursor, looked, sealed, total, started_at, ended_at)
  values (1, $1, '${SEALED_KINDS[0]}', null, 0, 0, $2, $3, null)
  on conflict (id) do update set key = excluded.key, kind = excluded.kind, cursor = null, looked = 0, sealed = 0,
    total = excluded.total, started_at = excluded.started_at, ended_at = null`;
export const ADVANCE_PASS = `
  update seal_pass set kind = $1, cursor = $2, looked = $3, sealed = $4, ended_at = $5
   where id = 1 and started_at = $6 and key is not distinct from $7 and ended_at is null`;

export function passValues(pass: SealPass): (string | number | null)[] {
  return [pass.kind, pass.cursor, pass.looked, pass.sealed, pass.endedAt, pass.startedAt, pass.key];
}

export function toSealKey(row: Record<string, unknown>): SealKey {
  return { name: row['name'] as string, proof: row['proof'] as string, since: row['since'] as number };
}

export function toSealPass(row: Record<string, unknown> | undefined): SealPass | null {
  if (row === undefined) return null;
  return {
    key: row['key'] as string | null,
    kind: row['kind'] as SealedKind,
    cursor: row['cursor'] as string | null,
    looked: row['looked'] as number,
    sealed: row['sealed'] as number,
    total: row['total'] as number,
    startedAt: row['started_at'] as number,
    endedAt: row['ended_at'] as number | null,
  };
}
