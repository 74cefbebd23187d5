import type { Statements } from '#clients/postgres.ts';
import type { Child } from '#domain/catalogue.ts';
import { batchOfItem, itemId, MAX_ITEMS_PER_BATCH, seqOfItem } from '#domain/ids.ts';
import { columnsOf } from '../records.ts';

/** Held before the items of a group are: batches are locked first, and in order. */
export const LOCK_BATCHES =
  'select id from batches where id = any($1::bigint[]) order by id for no key update';

const FIND = 'select id, key, status, depth from items where batch_id = $1 and key = any($2::text[])';

const LIFT = `
  update items set priority = $2, payload = $3, parent_seq = $4, depth = $5 where id = $1 and status = 'pending'`;

const ALLOCATE = `
  update batches set next_seq = next_seq + $2 where id = $1 and next_seq + $2 <= ${MAX_ITEMS_PER_BATCH}
  returning next_seq - $2 as first_seq`;

const INSERT = `
  insert into items (id, batch_id, status, priority, created_at, payload, key, parent_seq, depth)
  select id, $2, 'pending', priority, $3, payload, key, $4, depth
    from unnest($1::bigint[], $5::int[], $6::text[], $7::text[], $8::int[]) as g(id, priority, payload, key, depth)
  on conflict (batch_id, key) where key is not null do nothing`;

const COUNT = `
  insert into batch_counts as c (batch_id, slot, pending, discovered, version) values ($1, $2, $3, $3, 1)
  on conflict (batch_id, slot) do update set
    pending = c.pending + excluded.pending, discovered = c.discovered + excluded.discovered, version = c.version + 1`;

export interface Discovery {
  readonly parentId: number;
  readonly children: readonly Child[];
}

interface There {
  readonly id: number;
  readonly key: string;
  readonly status: string;
  readonly depth: number;
}

/**
 * Adds what a run discovered to its batch, inside the settle of the item that led to it: so a batch never ends
 * between the two. The caller holds the batch. The batch holds a key once; one that stands there at a greater depth is
 * brought up while it waits, and when it has run already it comes once more at the lesser depth.
 */
export async function addChildren(
  tx: Statements,
  discovery: Discovery,
  slot: number,
  now: number,
): Promise<void> {
  const { parentId, children } = discovery;
  const batchId = batchOfItem(parentId);
  const parentSeq = seqOfItem(parentId);
  const rows = await tx.all(FIND, [batchId, children.map((child) => child.key)]);
  const there = new Map((rows as unknown as There[]).map((row) => [row.key, row]));
  const added = new Map<string, Child>();
  for (const child of children) {
    const known = there.get(child.key);
    if (known === undefined) added.set(child.key, child);
    else if (known.depth > child.depth && !(await lift(tx, known, child, parentSeq)))
      added.set(`${child.key}@${child.depth}`, child);
  }
  if (added.size === 0) return;
  const first = (await tx.first(ALLOCATE, [batchId, added.size]))?.['first_seq'] as number | undefined;
  if (first === undefined) return;
  const items = [...added].map(([key, { priority, payload, depth }], i) => {
    return [itemId(batchId, first + i), priority, JSON.stringify(payload), key, depth];
  });
  const [ids, ...others] = columnsOf(items);
  const inserted = await tx.run(INSERT, [ids, batchId, now, parentSeq, ...others]);
  if (inserted > 0) await tx.run(COUNT, [batchId, slot, inserted]);
}

async function lift(
  tx: Statements,
  { id, status }: There,
  child: Child,
  parentSeq: number,
): Promise<boolean> {
  if (status !== 'pending') return false;
  const { priority, payload, depth } = child;
  return (await tx.run(LIFT, [id, priority, JSON.stringify(payload), parentSeq, depth])) === 1;
}
