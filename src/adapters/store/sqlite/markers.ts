import type { DatabaseSync } from 'node:sqlite';
import type { Marker } from '#domain/catalogue.ts';
import type { MarkerStore } from '#ports/store/records.ts';
import { REPLACE_MARKER, toMarker } from '../sql/record-rows.ts';
import type { Remote } from './remote.ts';

/** Prepares the write of one marker, for callers that are inside a transaction already. */
export function putMarker(db: DatabaseSync): (marker: Marker) => void {
  const upsert = db.prepare(
    `insert into markers (project_id, key, levels, works, co_authors, done_at, expires_at)
     values (?, ?, ?, ?, ?, ?, ?) ${REPLACE_MARKER}`,
  );
  return ({ projectId, key, levels, works, coAuthors, doneAt, expiresAt }) => {
    upsert.run(projectId, key, levels, works, JSON.stringify(coAuthors), doneAt, expiresAt);
  };
}

export function markerWrites(db: DatabaseSync) {
  const remove = db.prepare('delete from markers where project_id = ? and key = ?');
  return {
    drop(projectId: number, keys: readonly string[]): number {
      return keys.reduce((sum, key) => sum + Number(remove.run(projectId, key).changes), 0);
    },
  };
}

export function sqliteMarkers(db: DatabaseSync, writes: Remote<typeof markerWrites>): MarkerStore {
  const find = db.prepare('select * from markers where project_id = ? and key = ? and expires_at > ?');
  return {
    async find(projectId, keys, now) {
      return keys.flatMap((key) => {
        const row = find.get(projectId, key, now);
        return row === undefined ? [] : [toMarker(row)];
      });
    },
    drop: writes.drop,
  };
}
