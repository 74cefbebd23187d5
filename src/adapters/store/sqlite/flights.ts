import type { DatabaseSync } from 'node:sqlite';
import type { Flight } from '#domain/answer.ts';
import type { Boarded, FlightStore, FlightTimes } from '#ports/store/flights.ts';
import { toAnswer } from '../sql/answer-rows.ts';
import { freshAt } from '../sql/carried-rows.ts';
import { SELECT } from './answers.ts';
import type { Remote } from './remote.ts';

export function flightWrites(db: DatabaseSync) {
  const landed = db.prepare(LANDED);
  const find = db.prepare(
    'select token, lease_until from flights where project_id = ? and key = ? and corpus_version = ?',
  );
  const insert = db.prepare(
    'insert into flights (project_id, key, corpus_version, lease_until) values (?, ?, ?, ?) returning token',
  );
  const renew = db.prepare('update flights set lease_until = ? where token = ?');
  const removeAll = db.prepare('delete from flights');
  const removeExpired = db.prepare('delete from flights where lease_until < ?');
  const remove = db.prepare('delete from flights where token = ?');
  return {
    board(projectId: number, key: string, corpusVersion: number, times: FlightTimes): Boarded {
      const answer = landed.get(projectId, key, corpusVersion, times.now, times.madeAfter ?? -1);
      if (answer !== undefined) return { kind: 'landed', answer: toAnswer(answer) };
      const other = find.get(projectId, key, corpusVersion) as
        | { token: number; lease_until: number }
        | undefined;
      if (other !== undefined && other.lease_until > times.now)
        return { kind: 'waiter', leaseUntil: other.lease_until };
      // A new row, not the old one renewed: the token is the rowid, which autoincrement never gives twice.
      if (other !== undefined) remove.run(other.token);
      const { token } = insert.get(projectId, key, corpusVersion, times.leaseUntil) as { token: number };
      return {
        kind: 'leader',
        flight: { projectId, key, corpusVersion, token, leaseUntil: times.leaseUntil },
      };
    },
    renew(flight: Flight, leaseUntil: number): boolean {
      return renew.run(leaseUntil, flight.token).changes === 1;
    },
    sweep(now: number, all: boolean): void {
      if (all) removeAll.run();
      else removeExpired.run(now);
    },
    abandon(flight: Flight): void {
      remove.run(flight.token);
    },
  };
}

const LANDED = `
  ${SELECT} where project_id = ? and key = ? and ${freshAt('max')} >= ? and expires_at > ? and created_at > ?`;

export function sqliteFlights(writes: Remote<typeof flightWrites>): FlightStore {
  return {
    board: writes.board,
    renew: writes.renew,
    sweep: writes.sweep,
    abandon: writes.abandon,
  };
}
