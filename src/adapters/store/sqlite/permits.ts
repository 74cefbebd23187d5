import type { DatabaseSync } from 'node:sqlite';
import type { Limit } from '#ports/limiter.ts';
import { URGENT_MARGIN_MS } from '#ports/store/permits.ts';
import type { CallPermit, PermitsTaken, PermitStore, PermitsWanted } from '#ports/store/permits.ts';
import type { Remote } from './remote.ts';

export function permitWrites(db: DatabaseSync) {
  const take = takeWrite(db);
  const renew = db.prepare(
    'update call_permits set counts_until = ? where name = ? and place = ? and generation = ?',
  );
  const hold = db.prepare(
    `insert into call_limits (name, held_until) values (?, ?)
     on conflict (name) do update set held_until = max(held_until, excluded.held_until)`,
  );
  const release = db.prepare('update call_permits set counts_until = min(counts_until, ?)');
  const countFor = (permits: readonly CallPermit[], ms: number): void => {
    const until = Date.now() + ms;
    for (const { name, place, generation } of permits) renew.run(until, name, place, generation);
  };
  return {
    take,
    renew: countFor,
    end: countFor,
    hold(name: string, forMs: number): void {
      hold.run(name, Date.now() + Math.ceil(forMs));
    },
    release(countMs: number): void {
      release.run(Date.now() + countMs);
    },
  };
}

interface Places {
  readonly places: number;
  readonly free_at: number | null;
}

interface Held {
  readonly held_until: number;
  readonly urgent_until: number;
}

function takeWrite(db: DatabaseSync): (limit: Limit, want: PermitsWanted) => PermitsTaken {
  const find = db.prepare('select held_until, urgent_until from call_limits where name = ?');
  const count = db.prepare(
    'select count(*) as places, min(counts_until) as free_at from call_permits where name = ? and place < ?',
  );
  const insert = db.prepare(
    'insert or ignore into call_permits (name, place, generation, counts_until) values (?, ?, 0, ?)',
  );
  const take = db.prepare(
    `update call_permits set generation = generation + 1, counts_until = ?
      where (name, place) in (select name, place from call_permits where name = ? and place < ? and counts_until <= ? limit ?)
     returning name, place, generation`,
  );
  const mark = db.prepare(
    `insert into call_limits (name, urgent_until) values (?, ?)
     on conflict (name) do update set urgent_until = excluded.urgent_until`,
  );
  return ({ name, calls, windowMs }, { calls: wanted, isUrgent, leaseMs }) => {
    const now = Date.now();
    const held = (find.get(name) as Held | undefined) ?? { held_until: 0, urgent_until: 0 };
    const heldMs = Math.max(0, held.held_until - now);
    if (heldMs > 0) return { permits: [], waitMs: heldMs, heldMs };
    const { places } = count.get(name, calls) as unknown as Places;
    // A place that is new counts for a window: what was sent in its last moment by whom it does not know is not known.
    for (let place = places; place < calls; place += 1) insert.run(name, place, now + windowMs);
    const isStandingBack = !isUrgent && held.urgent_until > now;
    const permits = isStandingBack ? [] : take.all(now + leaseMs, name, calls, now, wanted);
    if (permits.length > 0) {
      if (isUrgent && held.urgent_until > 0) mark.run(name, 0);
      return { permits: permits as unknown as CallPermit[], waitMs: 0, heldMs: 0 };
    }
    const { free_at: freeAt } = count.get(name, calls) as unknown as Places;
    const waitMs = Math.max(1, (freeAt ?? now) - now, isStandingBack ? held.urgent_until - now : 0);
    if (isUrgent) mark.run(name, now + waitMs + URGENT_MARGIN_MS);
    return { permits: [], waitMs, heldMs: 0 };
  };
}

export function sqlitePermits(writes: Remote<typeof permitWrites>): PermitStore {
  const { take, renew, end, hold, release } = writes;
  return { take, renew, end, hold, release };
}
