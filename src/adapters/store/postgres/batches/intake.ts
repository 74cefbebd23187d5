import type { Batch, BatchStatus } from '#domain/batch.ts';
import { isOpen } from '#domain/batch.ts';
import { Fault } from '#domain/fault.ts';
import { MAX_ITEMS_PER_BATCH } from '#domain/ids.ts';
import type { BatchDraft, IdempotencyClaim, IntakeStore, NewItem, Steered } from '#ports/store/batches.ts';
import { SELECT_BATCH, toBatch } from '../../sql/batch-rows.ts';
import { ADD_COUNTS, INSERT_COUNTS } from '../counts.ts';
import type { Slots } from '../counts.ts';
import type { Session } from '../session.ts';

/** Nobody closes and re-opens a batch this often between two statements. */
const MOST_TRIES = 10;

/** How items come in: hidden while they arrive, visible and runnable by the seal. Each verb is one statement. */
export function postgresIntake(session: Session, slots: Slots): Omit<IntakeStore, 'payloads'> {
  const slot = slots.others;

  async function append(batchId: number, rows: readonly NewItem[], now: number): Promise<void> {
    const values = [batchId, rows.length, ...packed(rows), now, slot];
    const added = isKeyed(rows)
      ? await session.run(APPEND_KEYED, [...values, ...packedKeys(rows)])
      : await session.run(APPEND, values);
    if (added === 0) throw notReceiving();
  }

  async function seal(batchId: number, key: IdempotencyClaim | null, now: number): Promise<Batch> {
    const [sealed] = await session.transaction(async (tx) => {
      const moved = await tx.run(SEAL, [batchId, now, ...keyColumns(key)]);
      if (moved === 0) throw notReceiving();
      return tx.all(FIND, [batchId]);
    });
    return toBatch(sealed);
  }

  const submit = submitBatch(session, slot);

  return {
    async receive(draft, now) {
      return (
        await session.first(`${INSERT_BATCH} returning id`, draftColumns(draft, 'receiving', 0, now))
      )?.['id'] as number;
    },
    append,
    seal,
    submit,
    // Claims of all processes take turns under one lock: no submission waits for it.
    submitAndClaim: async (draft, rows, key, { now }) => ({
      batch: await submit(draft, rows, key, now),
      claim: null,
    }),
    async add(projectId, batchId, rows, now): Promise<Steered> {
      const values = [batchId, rows.length, ...packed(rows), now, slot, projectId];
      const [sql, all] = isKeyed(rows) ? [ADD_KEYED, [...values, ...packedKeys(rows)]] : [ADD, values];
      for (let tries = 0; tries < MOST_TRIES; tries += 1) {
        const added = await session.run(sql, all);
        const row = await session.first(FIND, [batchId]);
        if (row === undefined || row['project_id'] !== projectId) return { kind: 'missing' };
        if (added > 0) return { kind: 'moved', batch: toBatch(row) };
        const status = row['status'] as BatchStatus;
        if (!isOpen(status)) return { kind: 'refused', status };
        // It was closed when the rows came, and re-opened since: that is no answer.
      }
      throw new Fault('unavailable', 'store_busy', 'The batch is closed and re-opened: try again.');
    },
    async discard(which, now) {
      if (typeof which === 'number') await session.run(DISCARD_ONE, [which, now]);
      else await session.run(DISCARD_UNTOUCHED, [which.untouchedSince, now]);
    },
  };
}

function submitBatch(session: Session, slot: number): IntakeStore['submit'] {
  return async (
    draft: BatchDraft,
    rows: readonly NewItem[],
    key: IdempotencyClaim | null,
    now: number,
  ): Promise<Batch> => {
    const columns = draftColumns(draft, 'processing', rows.length, now);
    const values = [...columns, ...packed(rows), slot, ...keyColumns(key)];
    const row = isKeyed(rows)
      ? await session.first(SUBMIT_KEYED, [...values, ...packedKeys(rows)])
      : await session.first(SUBMIT, values);
    return toBatch({ ...row, ...countsOf(rows), shown_version: (row?.['version'] as number) + 1 });
  };
}

const FIND = `${SELECT_BATCH} where b.id = $1 group by b.id`;

const INSERT_BATCH = `
  insert into batches (project_id, workload, name, source_kind, source_detail, priority, pace_ms, concurrency,
                       max_attempts, options, metadata, status, next_seq, created_at, key_id, request_id, trace_parent, version)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15::bigint, $16, $17, case $12 when 'receiving' then 1 else 2 end)`;

/**
 * Rows come as three texts with a line for each: JSON has no line breaks of its own, so this is read and written
 * many times faster than an array of texts. An empty line is null.
 */
function packed(rows: readonly NewItem[]): [payloads: string, reasons: string, firsts: string] {
  return [
    rows.map(({ payload }) => JSON.stringify(payload)).join('\n'),
    rows.map(({ skip }) => skip?.reason.replaceAll('\n', ' ') ?? '').join('\n'),
    rows.map(({ skip }) => skip?.duplicateOfSeq ?? '').join('\n'),
  ];
}

/** Whether rows say more than what they carry; most do not, and are not made to pay for those that do. */
function isKeyed(rows: readonly NewItem[]): boolean {
  return rows.some(({ key, priority }) => key !== undefined || priority !== undefined);
}

function packedKeys(rows: readonly NewItem[]): [keys: string, priorities: string] {
  return [
    rows.map(({ key }) => key?.replaceAll('\n', ' ') ?? '').join('\n'),
    rows.map(({ priority }) => priority ?? 0).join('\n'),
  ];
}

/** Items from packed rows: `base` is the id before the first. */
function insertItems(
  from: string,
  base: string,
  lines: readonly [string, string, string],
  { now, keys }: { readonly now: string; readonly keys: readonly [string, string] | null },
): string {
  const [payloads, reasons, firsts] = lines;
  const unpack = (text: string): string => `string_to_array(${text}, E'\\n', '')`;
  const more =
    keys === null ? { columns: '', values: '', arrays: '', names: '', conflict: '' } : MORE(keys.map(unpack));
  return `
    insert into items (id, batch_id, status, created_at, ended_at, payload, reason, result${more.columns})
    select ${base} + r.n, b.id, case when r.reason is null then 'pending' else 'skipped' end, ${now},
           case when r.reason is null then null else ${now} end, r.payload, r.reason,
           '{"duplicateOf":' || (b.id * ${ITEMS} + r.first::bigint) || '}'${more.values}
      from ${from} b, unnest(${unpack(payloads)}, ${unpack(reasons)}, ${unpack(firsts)}${more.arrays})
             with ordinality as r(payload, reason, first${more.names}, n)
    ${more.conflict}
    returning batch_id, reason`;
}

const ITEMS = MAX_ITEMS_PER_BATCH + 1;

/** A key that the batch holds already is there, which is what counts. */
const MORE = ([keys, priorities]: readonly string[]) => ({
  columns: ', key, priority',
  values: ', r.key, r.priority::int',
  arrays: `, ${keys}, ${priorities}`,
  names: ', key, priority',
  conflict: 'on conflict (batch_id, key) where key is not null do nothing',
});

function insertCounts(slot: string): string {
  return `
    ${INSERT_COUNTS}
    select batch_id, ${slot}, count(*) filter (where reason is null), 0, 0, 0, 0, count(*) filter (where reason is not null), 1
      from rows group by batch_id
    ${ADD_COUNTS}`;
}

function keepKey(key: readonly [string, string, string], from: string): string {
  const [projectId, operation, name] = key;
  return `
    update idempotency_keys k set status = 'created', batch_id = b.id from ${from} b
     where k.project_id = ${projectId} and k.operation = ${operation} and k.key = ${name}`;
}

function submitting(keys: readonly [string, string] | null): string {
  const lines = ['$18::text', '$19::text', '$20::text'] as const;
  return `
  with batch as (${INSERT_BATCH} returning *),
       rows as (${insertItems('batch', `b.id * ${ITEMS}`, lines, { now: '$14::bigint', keys })}),
       counts as (${insertCounts('$21::int')}),
       kept as (${keepKey(['$22::bigint', '$23::text', '$24::text'], 'batch')})
  select * from batch`;
}

const SUBMIT = submitting(null);
const SUBMIT_KEYED = submitting(['$25::text', '$26::text']);

/** While it is received, `created_at` says when the last piece came. */
const RECEIVING = [`status = 'receiving'`, ', created_at = $6'] as const;
const APPEND = growing(...RECEIVING, null);
const APPEND_KEYED = growing(...RECEIVING, ['$8::text', '$9::text']);

const OPEN = [`status in ('processing', 'paused') and project_id = $8`, ''] as const;
const ADD = growing(...OPEN, null);
const ADD_KEYED = growing(...OPEN, ['$9::text', '$10::text']);

function growing(where: string, alsoSet: string, keys: readonly [string, string] | null): string {
  const lines = ['$3::text', '$4::text', '$5::text'] as const;
  return `
  with batch as (
         update batches set next_seq = next_seq + $2${alsoSet} where id = $1 and ${where}
         returning id, next_seq - $2 as first_seq),
       rows as (${insertItems('batch', `b.id * ${ITEMS} + b.first_seq - 1`, lines, { now: '$6::bigint', keys })}),
       counts as (${insertCounts('$7::int')})
  select id from batch`;
}

const SEAL = `
  with batch as (
         update batches set status = 'processing', version = version + 1, created_at = $2
          where id = $1 and status = 'receiving' returning id),
       kept as (${keepKey(['$3::bigint', '$4::text', '$5::text'], 'batch')})
  select id from batch`;

const DISCARD = `update batches set status = 'deleting', unfinished = '{"kind":"delete"}', ended_at = $2`;
const DISCARD_ONE = `${DISCARD} where id = $1 and status = 'receiving'`;
const DISCARD_UNTOUCHED = `${DISCARD} where status = 'receiving' and created_at < $1`;

function draftColumns(draft: BatchDraft, status: BatchStatus, rows: number, now: number): unknown[] {
  return [
    draft.projectId,
    draft.workload,
    draft.name,
    draft.source.kind,
    draft.source.detail,
    draft.priority,
    draft.paceMs,
    draft.concurrency,
    draft.maxAttempts,
    JSON.stringify(draft.options),
    JSON.stringify(draft.metadata),
    status,
    rows + 1,
    now,
    draft.keyId ?? null,
    draft.requestId ?? null,
    draft.traceParent ?? null,
  ];
}

function keyColumns(key: IdempotencyClaim | null): unknown[] {
  return [key?.projectId ?? null, key?.operation ?? null, key?.key ?? null];
}

function countsOf(rows: readonly NewItem[]): Record<string, number> {
  const skipped = rows.filter(({ skip }) => skip !== undefined).length;
  return {
    pending: rows.length - skipped,
    processing: 0,
    completed: 0,
    failed: 0,
    cancelled: 0,
    skipped,
    discovered: 0,
  };
}

function notReceiving(): Fault {
  return new Fault('conflict', 'not_receiving', 'The batch is no longer being received.');
}
