import type { DatabaseSync } from 'node:sqlite';
import { batchOfItem } from '#domain/ids.ts';
import type { JsonObject } from '#domain/json.ts';
import type { ClaimedItem } from '#domain/outcome.ts';
import { shareRoom } from '#domain/share.ts';
import { Turns } from '#domain/turns.ts';
import type { Offerable, OfferClaim, OfferRequest, OfferStore } from '#ports/store/offers.ts';
import { saveCounts } from '../counts.ts';
import type { Remote } from '../remote.ts';
import {
  candidatesOf,
  earliest,
  loadOf,
  runningInProject,
  nextDueOf,
  noteTakenFrom,
  OPEN_BATCHES,
  ProjectRooms,
  roomOf,
  toClaimed,
} from './claim.ts';
import type { OpenBatch } from './claim.ts';

export function sqliteOffers(db: DatabaseSync, writes: Remote<typeof offerWrites>): OfferStore {
  const next = nextToOffer(db);
  return { next: (request) => Promise.resolve(next(request)), claim: writes.claim };
}

export function offerWrites(db: DatabaseSync) {
  return { claim: claimOffered(db) };
}

/** As the claim chooses, and changes nothing. */
function nextToOffer(db: DatabaseSync): (request: OfferRequest) => Offerable {
  const openBatches = db.prepare(OPEN_BATCHES);
  const inFlight = db.prepare(
    `select batch_id, count(*) as n from items where status = 'processing' group by batch_id`,
  );
  const stillPending = db.prepare(
    `select id from items where id in (select value from json_each(?)) and status = 'pending'`,
  );
  const ready = db.prepare(
    `select id from items where batch_id = ? and status = 'pending' and available_at = 0
      order by priority desc, id limit ?`,
  );
  const due = db.prepare(
    `select id from items where batch_id = ? and status = 'pending' and available_at > 0 and available_at <= ?
      order by available_at limit ?`,
  );
  const inProject = runningInProject(db);
  const dueOf = nextDueOf(db);
  const turns = new Turns();

  return ({ limit, offered, now }) => {
    const open = offered.length === 0 ? [] : idsOf(stillPending.all(JSON.stringify(offered)));
    const known = new Set(open);
    const batches = new Map((openBatches.all() as unknown as OpenBatch[]).map((batch) => [batch.id, batch]));
    const flying = new Map(inFlight.all().map((row) => [row['batch_id'] as number, row['n'] as number]));
    for (const id of open) flying.set(batchOfItem(id), (flying.get(batchOfItem(id)) ?? 0) + 1);
    const offeredOf = new Map([...Map.groupBy(open, batchOfItem)].map(([id, ids]) => [id, ids.length]));
    const itemIds: number[] = [];
    let nextDueAt: number | null = null;

    const pick = (batch: OpenBatch, most: number): number[] => {
      const waits = offeredOf.get(batch.id) ?? 0;
      // One at a time, and not before its time.
      if (most === 0 || batch.paced_until > now || (batch.pace_ms > 0 && waits > 0)) return [];
      const found = idsOf(ready.all(batch.id, most + waits));
      if (found.length < most + waits)
        found.push(...idsOf(due.all(batch.id, now, most + waits - found.length)));
      return found.filter((id) => !known.has(id)).slice(0, most);
    };
    const load = loadOf(batches, flying);
    const waits = Map.groupBy(open, (id) => batches.get(batchOfItem(id))?.project_id);
    const rooms = new ProjectRooms(batches.values(), (id) => inProject(id) + (waits.get(id)?.length ?? 0));
    shareRoom(limit, candidatesOf(batches, turns), load, (batchId, most) => {
      const batch = batches.get(batchId) as OpenBatch;
      const room = Math.min(roomOf(batch, flying.get(batchId) ?? 0), rooms.of(batch));
      const ids = pick(batch, Math.min(most, room));
      rooms.took(batch, ids.length);
      for (const id of ids) known.add(id);
      itemIds.push(...ids);
      offeredOf.set(batchId, (offeredOf.get(batchId) ?? 0) + ids.length);
      flying.set(batchId, (flying.get(batchId) ?? 0) + ids.length);
      if (ids.length < most) nextDueAt = earliest(nextDueAt, dueOf(batch, now));
      return ids.length;
    });
    turns.note(new Set(itemIds.map((id) => batches.get(batchOfItem(id))?.project_id ?? 0)));
    return { itemIds, open, nextDueAt };
  };
}

function claimOffered(db: DatabaseSync): (request: OfferClaim) => readonly ClaimedItem[] {
  const openBatch = db.prepare(`${OPEN_BATCHES} and id = ?`);
  const running = db.prepare(`select count(*) as n from items where status = 'processing' and batch_id = ?`);
  const inProject = runningInProject(db);
  const take = db.prepare(
    `update items set status = 'processing', generation = generation + 1, owner = ?, started_at = ?
      where id = ? and status = 'pending' and available_at <= ?
     returning id, generation, failures, payload`,
  );
  const noteTaken = noteTakenFrom(db);
  const save = saveCounts(db);

  const roomIn = (batch: OpenBatch): number => {
    const n = batch.concurrency === null ? 0 : (running.get(batch.id)?.['n'] as number);
    const ofProject = batch.project_cap === null ? 0 : inProject(batch.project_id);
    return Math.min(roomOf(batch, n), (batch.project_cap ?? Infinity) - ofProject);
  };

  return ({ workerId, itemIds, now }) => {
    const claimed: ClaimedItem[] = [];
    for (const [batchId, ids] of Map.groupBy(itemIds, batchOfItem)) {
      const batch = openBatch.get(batchId) as unknown as OpenBatch | undefined;
      if (batch === undefined || batch.paced_until > now) continue;
      const options = JSON.parse(batch.options) as JsonObject;
      const room = roomIn(batch);
      const before = claimed.length;
      for (const id of ids) {
        if (claimed.length - before >= room) break;
        const row = take.get(workerId, now, id, now);
        if (row !== undefined) claimed.push(toClaimed(row, batch, options));
      }
      if (claimed.length > before) noteTaken(batch, claimed.length - before, { now, save });
    }
    return claimed;
  };
}

function idsOf(found: readonly Record<string, unknown>[]): number[] {
  return found.map((row) => row['id'] as number);
}
