import type { DatabaseSync } from 'node:sqlite';
import { batchOfItem } from '#domain/ids.ts';
import type { ItemError } from '#domain/item.ts';
import type { Settlement } from '#domain/outcome.ts';
import type { SettleResult } from '#ports/store/items.ts';
import { CountChanges, saveCounts } from '../counts.ts';
import { addToHour } from '../hours.ts';
import { tellItemEnds } from '../outbox.ts';
import { applyEffect } from './effects.ts';

/**
 * Records how held items ended, and their effects with them. The generation fences: an item that was cancelled,
 * or given to another worker, meanwhile is left alone and none of its effects are applied.
 */
export function settleItems(db: DatabaseSync) {
  const move = moveItem(db);
  const apply = applyEffect(db);
  const save = saveCounts(db);
  const note = noteHours(db);
  const abandon = abandonFlights(db);
  const tell = tellItemEnds(db);
  return (settlements: readonly Settlement[], now: number): SettleResult => {
    const changes = new CountChanges();
    const late: number[] = [];
    for (const settlement of settlements) {
      if (!move(settlement, now)) {
        late.push(settlement.itemId);
        abandon(settlement);
        continue;
      }
      const { itemId, outcome } = settlement;
      const isRetried = outcome.kind === 'retry' || outcome.kind === 'deferred';
      changes.move(batchOfItem(itemId), 'processing', isRetried ? 'pending' : outcome.kind);
      if (outcome.kind !== 'completed' && outcome.kind !== 'skipped') continue;
      for (const effect of outcome.effects ?? []) apply(effect, { itemId, changes, now });
    }
    changes.write(save);
    note(changes, now);
    tell(() => endedOf(settlements, late), now);
    return { batchIds: changes.batchIds, late };
  };
}

function endedOf(settlements: readonly Settlement[], late: readonly number[]): number[] {
  const isLate = new Set(late);
  return settlements
    .filter(({ itemId, outcome }) => isEnd(outcome.kind) && !isLate.has(itemId))
    .map(({ itemId }) => itemId);
}

function isEnd(kind: Settlement['outcome']['kind']): boolean {
  return kind !== 'retry' && kind !== 'deferred';
}

/** What a late worker made is dropped; nobody shall wait for it until its lease runs out. */
function abandonFlights(db: DatabaseSync): (settlement: Settlement) => void {
  const remove = db.prepare('delete from flights where token = ?');
  return ({ outcome }) => {
    if (outcome.kind !== 'completed') return;
    for (const effect of outcome.effects) {
      if (effect.kind === 'answer' && effect.flight !== null) remove.run(effect.flight.token);
    }
  };
}

/** What ended in this group, added up by project. */
function noteHours(db: DatabaseSync): (changes: CountChanges, now: number) => void {
  const projectOf = db.prepare('select project_id from batches where id = ?');
  const add = addToHour(db);
  return (changes, now) => {
    for (const [batchId, { completed, failed, skipped }] of changes.entries()) {
      const projectId = projectOf.get(batchId)?.['project_id'] as number | undefined;
      if (projectId !== undefined && completed + failed + skipped > 0)
        add(projectId, { completed, failed, skipped }, now);
    }
  };
}

function moveItem(db: DatabaseSync): (settlement: Settlement, now: number) => boolean {
  const guard = `where id = ? and generation = ? and status = 'processing'`;
  const complete = db.prepare(
    `update items set status = 'completed', owner = null, ended_at = ?, result = ?, error_code = null, error_message = null ${guard}`,
  );
  const skip = db.prepare(
    `update items set status = 'skipped', owner = null, ended_at = ?, reason = ?, result = ? ${guard}`,
  );
  const fail = db.prepare(
    `update items set status = 'failed', owner = null, ended_at = ?, failures = failures + 1, error_code = ?, error_message = ? ${guard}`,
  );
  // A failed item goes behind its peers: its priority drops a step.
  const retry = db.prepare(
    `update items set status = 'pending', owner = null, available_at = ?, priority = priority - 1,
            failures = failures + 1, error_code = ?, error_message = ? ${guard}`,
  );
  // Not its fault: no failure is counted, and it keeps its place.
  const defer = db.prepare(
    `update items set status = 'pending', owner = null, available_at = ?, error_code = ?, error_message = ? ${guard}`,
  );
  const note = noteAttempt(db);

  return ({ itemId, generation, outcome }, now) => {
    switch (outcome.kind) {
      case 'completed':
        return complete.run(now, textOf(outcome.result), itemId, generation).changes === 1;
      case 'skipped':
        return skip.run(now, outcome.reason, textOf(outcome.result), itemId, generation).changes === 1;
      case 'deferred': {
        const { code, message } = outcome.error;
        return defer.run(Math.max(1, outcome.availableAt), code, message, itemId, generation).changes === 1;
      }
      case 'failed':
      case 'retry': {
        const { code, message } = outcome.error;
        const { changes } =
          outcome.kind === 'failed'
            ? fail.run(now, code, message, itemId, generation)
            : retry.run(Math.max(1, outcome.availableAt), code, message, itemId, generation);
        if (changes === 1) note(itemId, outcome.error, now);
        return changes === 1;
      }
    }
  };
}

function textOf(result: object | null): string | null {
  return result === null ? null : JSON.stringify(result);
}

export type NoteAttempt = (itemId: number, error: ItemError, now: number) => void;

/** Only tries that did not succeed have a row. */
export function noteAttempt(db: DatabaseSync): NoteAttempt {
  const insert = db.prepare(
    `insert into attempts (item_id, number, started_at, ended_at, error_code, error_message)
     select id, (select coalesce(max(number), 0) + 1 from attempts where item_id = items.id),
            coalesce(started_at, ?), ?, ?, ? from items where id = ?`,
  );
  return (itemId, error, now) => {
    insert.run(now, now, error.code, error.message, itemId);
  };
}
