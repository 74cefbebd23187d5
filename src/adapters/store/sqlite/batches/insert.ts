import type { DatabaseSync } from 'node:sqlite';
import { itemId } from '#domain/ids.ts';
import type { BatchDraft, IdempotencyClaim, NewItem } from '#ports/store/batches.ts';
import { CountChanges, saveCounts } from '../counts.ts';

/** How a batch comes in, with its version: each of the moves that it is spared is counted. */
const BIRTHS = { receiving: 1, processing: 2, started: 3 };

export function batchInserter(db: DatabaseSync) {
  const insert = db.prepare(
    `insert into batches (project_id, workload, name, status, source_kind, source_detail, priority, pace_ms,
                          concurrency, max_attempts, options, metadata, created_at, started_at, version, key_id,
                          request_id, trace_parent)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  return (draft: BatchDraft, now: number, birth: keyof typeof BIRTHS): number => {
    const { lastInsertRowid } = insert.run(
      draft.projectId,
      draft.workload,
      draft.name,
      birth === 'receiving' ? 'receiving' : 'processing',
      draft.source.kind,
      draft.source.detail,
      draft.priority,
      draft.paceMs,
      draft.concurrency,
      draft.maxAttempts,
      JSON.stringify(draft.options),
      JSON.stringify(draft.metadata),
      now,
      birth === 'started' ? now : null,
      BIRTHS[birth],
      draft.keyId ?? null,
      draft.requestId ?? null,
      draft.traceParent ?? null,
    );
    return Number(lastInsertRowid);
  };
}

interface Insertion {
  readonly batchId: number;
  readonly rows: readonly NewItem[];
  readonly now: number;
  /** The worker that has claimed them, rows without keys or priorities; null: they wait. */
  readonly owner: number | null;
}

export function itemInserter(db: DatabaseSync): (insertion: Insertion) => void {
  const insert = db.prepare(
    `insert into items (id, batch_id, status, created_at, payload) values (?, ?, 'pending', ?, ?)`,
  );
  // A key that the batch holds already came while the batch was looked at: then it is there, which is what counts.
  const insertKeyed = db.prepare(
    `insert into items (id, batch_id, status, created_at, payload, priority, key) values (?, ?, 'pending', ?, ?, ?, ?)
     on conflict (batch_id, key) where key is not null do nothing`,
  );
  const insertClaimed = db.prepare(
    `insert into items (id, batch_id, status, generation, owner, created_at, started_at, payload)
     values (?, ?, 'processing', 1, ?, ?, ?, ?)`,
  );
  const insertSkipped = db.prepare(
    `insert into items (id, batch_id, status, created_at, ended_at, payload, reason, result)
     values (?, ?, 'skipped', ?, ?, ?, ?, ?)`,
  );
  const nextSeq = db.prepare('select next_seq from batches where id = ?');
  const setSeq = db.prepare('update batches set next_seq = ? where id = ?');
  const save = saveCounts(db);
  return ({ batchId, rows, now, owner }) => {
    const changes = new CountChanges();
    let seq = nextSeq.get(batchId)?.['next_seq'] as number;
    for (const { payload, skip, key, priority = 0 } of rows) {
      const id = itemId(batchId, seq);
      const text = JSON.stringify(payload);
      if (skip !== undefined) {
        const of = skip.duplicateOfSeq;
        const result = of === undefined ? null : JSON.stringify({ duplicateOf: itemId(batchId, of) });
        insertSkipped.run(id, batchId, now, now, text, skip.reason, result);
        changes.add(batchId, 'skipped', 1);
      } else if (owner === null) {
        if (key === undefined && priority === 0) insert.run(id, batchId, now, text);
        else if (insertKeyed.run(id, batchId, now, text, priority, key ?? null).changes === 0) continue;
        changes.add(batchId, 'pending', 1);
      } else {
        insertClaimed.run(id, batchId, owner, now, now, text);
        changes.add(batchId, 'processing', 1);
      }
      seq += 1;
    }
    setSeq.run(seq, batchId);
    changes.write(save);
  };
}

/** An idempotency key commits with the batch that it made. */
export function keyKeeper(db: DatabaseSync): (batchId: number, key: IdempotencyClaim | null) => void {
  const keep = db.prepare(
    `update idempotency_keys set status = 'created', batch_id = ? where project_id = ? and operation = ? and key = ?`,
  );
  return (batchId, key) => {
    if (key !== null) keep.run(batchId, key.projectId, key.operation, key.key);
  };
}
