import type { DatabaseSync } from 'node:sqlite';
import type { Child } from '#domain/catalogue.ts';
import { batchOfItem, itemId, MAX_ITEMS_PER_BATCH, seqOfItem } from '#domain/ids.ts';
import type { CountChanges } from '../../sql/count-changes.ts';

export type AddChildren = (
  parentId: number,
  children: readonly Child[],
  changes: CountChanges,
  now: number,
) => void;

/**
 * Adds what a run discovered to its batch, inside the settle of the item that led to it: so a batch never ends
 * between the two. The batch holds a key once. A key that stands there at a greater depth is brought up while it
 * waits; when it has run already, it comes once more at the lesser depth, and its marker spares the fetching.
 */
export function addChildren(db: DatabaseSync): AddChildren {
  const nextSeq = db.prepare('select next_seq from batches where id = ?');
  const setSeq = db.prepare('update batches set next_seq = ? where id = ?');
  const insert = db.prepare(
    `insert into items (id, batch_id, status, priority, created_at, payload, key, parent_seq, depth)
     values (?, ?, 'pending', ?, ?, ?, ?, ?, ?) on conflict (batch_id, key) where key is not null do nothing`,
  );
  const find = db.prepare('select id, status, depth from items where batch_id = ? and key = ?');
  const lift = db.prepare(
    `update items set priority = ?, payload = ?, parent_seq = ?, depth = ? where id = ? and status = 'pending'`,
  );
  const count = db.prepare(
    `insert into batch_counts (batch_id, slot, discovered) values (?, 0, ?)
     on conflict (batch_id, slot) do update set discovered = discovered + excluded.discovered`,
  );

  return (parentId, children, changes, now) => {
    const batchId = batchOfItem(parentId);
    const parentSeq = seqOfItem(parentId);
    const first = nextSeq.get(batchId)?.['next_seq'] as number;
    let seq = first;
    const add = ({ priority, payload, depth }: Child, key: string): boolean => {
      if (seq > MAX_ITEMS_PER_BATCH) return true;
      const text = JSON.stringify(payload);
      const id = itemId(batchId, seq);
      const { changes: added } = insert.run(id, batchId, priority, now, text, key, parentSeq, depth);
      seq += Number(added);
      return added === 1;
    };
    for (const child of children) {
      if (add(child, child.key)) continue;
      const there = find.get(batchId, child.key) as { id: number; status: string; depth: number };
      if (there.depth <= child.depth) continue;
      const { priority, payload, depth } = child;
      if (there.status === 'pending') lift.run(priority, JSON.stringify(payload), parentSeq, depth, there.id);
      else add(child, `${child.key}@${depth}`);
    }
    if (seq === first) return;
    setSeq.run(seq, batchId);
    count.run(batchId, seq - first);
    changes.add(batchId, 'pending', seq - first);
  };
}
