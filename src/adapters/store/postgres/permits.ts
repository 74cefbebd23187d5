import { URGENT_MARGIN_MS } from '#ports/store/permits.ts';
import type { CallPermit, PermitStore } from '#ports/store/permits.ts';
import type { Session } from './session.ts';

const NOW = 'floor(extract(epoch from clock_timestamp()) * 1000)::bigint';

/** `skip locked`: somebody else is taking it. Kept apart from the update, so that it runs once. */
const TAKE = `
  with clock as materialized (select ${NOW} as now),
  free as materialized (
    select p.name, p.place from call_permits p, clock
     where p.name = $1 and p.place < $2 and p.counts_until <= clock.now
       and not exists (
         select 1 from call_limits l
          where l.name = $1 and (l.held_until > clock.now or (l.urgent_until > clock.now and not $5::boolean)))
     limit $3 for update of p skip locked)
  update call_permits p set generation = p.generation + 1, counts_until = clock.now + $4
    from free, clock where p.name = free.name and p.place = free.place
  returning p.name, p.place, p.generation`;

/** A place that is new counts for a window: what was sent in its last moment by whom it does not know is not known. */
const ADD = `
  insert into call_permits (name, place, generation, counts_until)
  select $1, place, 0, ${NOW} + $3 from generate_series(0, $2::integer - 1) as place
  on conflict do nothing`;

const LOOK = `
  select ${NOW} as now,
         (select count(*) from call_permits where name = $1 and place < $2) as places,
         (select min(counts_until) from call_permits where name = $1 and place < $2) as free_at,
         (select held_until from call_limits where name = $1) as held_until,
         (select urgent_until from call_limits where name = $1) as urgent_until`;

const MARK = `
  insert into call_limits as l (name, urgent_until) values ($1, ${NOW} + $2)
  on conflict (name) do update set urgent_until = excluded.urgent_until`;

const UNMARK = 'update call_limits set urgent_until = 0 where name = $1 and urgent_until > 0';

const HOLD = `
  insert into call_limits as l (name, held_until) values ($1, ${NOW} + $2)
  on conflict (name) do update set held_until = greatest(l.held_until, excluded.held_until)`;

const COUNT_FOR = `
  update call_permits p set counts_until = ${NOW} + $4
    from unnest($1::text[], $2::integer[], $3::bigint[]) as g(name, place, generation)
   where p.name = g.name and p.place = g.place and p.generation = g.generation`;

export function postgresPermits(session: Session): PermitStore {
  const countFor = async (permits: readonly CallPermit[], ms: number): Promise<void> => {
    const columns = (['name', 'place', 'generation'] as const).map((key) => permits.map((each) => each[key]));
    await session.run(COUNT_FOR, [...columns, ms]);
  };
  return {
    async take({ name, calls, windowMs }, { calls: wanted, isUrgent, leaseMs }) {
      const permits = await session.all(TAKE, [name, calls, wanted, leaseMs, isUrgent]);
      if (permits.length > 0) {
        if (isUrgent) await session.run(UNMARK, [name]);
        return { permits: permits as unknown as CallPermit[], waitMs: 0, heldMs: 0 };
      }
      const state = (await session.first(LOOK, [name, calls])) as unknown as State;
      const heldMs = Math.max(0, (state.held_until ?? 0) - state.now);
      if (heldMs > 0) return { permits: [], waitMs: heldMs, heldMs };
      if (state.places < calls) await session.run(ADD, [name, calls, windowMs]);
      const freeAt = state.places < calls ? state.now + windowMs : (state.free_at ?? 0);
      const standsUntil = isUrgent ? 0 : (state.urgent_until ?? 0);
      const waitMs = Math.max(1, freeAt - state.now, standsUntil - state.now);
      if (isUrgent) await session.run(MARK, [name, waitMs + URGENT_MARGIN_MS]);
      return { permits: [], waitMs, heldMs: 0 };
    },
    renew: countFor,
    end: countFor,
    async hold(name, forMs) {
      await session.run(HOLD, [name, Math.ceil(forMs)]);
    },
    async release(countMs) {
      const sql = `update call_permits set counts_until = least(counts_until, ${NOW} + $1)`;
      await session.run(sql, [countMs]);
    },
  };
}

interface State {
  readonly now: number;
  readonly places: number;
  readonly free_at: number | null;
  readonly held_until: number | null;
  readonly urgent_until: number | null;
}
