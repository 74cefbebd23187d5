import type { FlightStore } from '#ports/store/flights.ts';
import { toAnswer } from '../sql/answer-rows.ts';
import { freshAt } from '../sql/carried-rows.ts';
import { SELECT } from './answers.ts';
import type { Session } from './session.ts';

/** A new token, not the old one renewed: it fences off the leader whose lease ran out. */
const TAKE = `
  insert into flights as f (project_id, key, corpus_version, lease_until) values ($1, $2, $3, $4)
  on conflict (project_id, key, corpus_version) do update
    set token = nextval(pg_get_serial_sequence('flights', 'token')), lease_until = excluded.lease_until
    where f.lease_until <= $5
  returning token`;

/** In a statement after the take: whoever landed removed its flight and put its answer in one commit. */
const LANDED = `
  ${SELECT} where project_id = $1 and key = $2 and ${freshAt('greatest')} >= $3 and expires_at > $4 and created_at > $5`;

const FIND = 'select lease_until from flights where project_id = $1 and key = $2 and corpus_version = $3';

export function postgresFlights(session: Session): FlightStore {
  return {
    board(projectId, key, corpusVersion, { now, leaseUntil, madeAfter = -1 }) {
      const name = [projectId, key, corpusVersion];
      return session.transaction(async (tx) => {
        const [taken, landed, other] = await Promise.all([
          tx.all(TAKE, [...name, leaseUntil, now]),
          tx.all(LANDED, [...name, now, madeAfter]),
          tx.all(FIND, name),
        ]);
        const token = taken[0]?.['token'] as number | undefined;
        if (landed[0] !== undefined) {
          if (token !== undefined) await tx.run('delete from flights where token = $1', [token]);
          return { kind: 'landed', answer: toAnswer(landed[0]) };
        }
        if (token !== undefined)
          return { kind: 'leader', flight: { projectId, key, corpusVersion, token, leaseUntil } };
        // Gone between the two statements: it has just landed, or was given up. A moment later we shall see.
        return { kind: 'waiter', leaseUntil: (other[0]?.['lease_until'] as number | undefined) ?? now };
      });
    },
    async renew(flight, leaseUntil) {
      const sql = 'update flights set lease_until = $2 where token = $1';
      return (await session.run(sql, [flight.token, leaseUntil])) === 1;
    },
    async sweep(now, all) {
      if (all) await session.run('delete from flights');
      else await session.run('delete from flights where lease_until < $1', [now]);
    },
    async abandon(flight) {
      await session.run('delete from flights where token = $1', [flight.token]);
    },
  };
}
