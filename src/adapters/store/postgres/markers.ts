import type { Statements } from '#clients/postgres.ts';
import type { Marker } from '#domain/catalogue.ts';
import type { MarkerStore } from '#ports/store/records.ts';
import { REPLACE_MARKER, toMarker } from '../sql/record-rows.ts';
import { columnsOf } from './records.ts';
import type { Session } from './session.ts';

const PUT = `
  insert into markers (project_id, key, levels, works, co_authors, done_at, expires_at)
  select * from unnest($1::bigint[], $2::text[], $3::int[], $4::int[], $5::text[], $6::bigint[], $7::bigint[])
  ${REPLACE_MARKER}`;

/** Writes markers in one statement, in the order of their keys; of two under one key the one that says more. */
export async function putMarkers(tx: Statements, markers: readonly Marker[]): Promise<void> {
  const byPlace = new Map<string, Marker>();
  for (const marker of markers) {
    const place = `${marker.projectId}\n${marker.key}`;
    const other = byPlace.get(place);
    if (other === undefined || other.levels <= marker.levels) byPlace.set(place, marker);
  }
  const rows = [...byPlace]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { projectId, key, levels, works, coAuthors, doneAt, expiresAt }]) => {
      return [projectId, key, levels, works, JSON.stringify(coAuthors), doneAt, expiresAt];
    });
  if (rows.length > 0) await tx.run(PUT, columnsOf(rows));
}

const FIND = 'select * from markers where project_id = $1 and key = any($2::text[]) and expires_at > $3';
const DROP = 'delete from markers where project_id = $1 and key = any($2::text[])';

export function postgresMarkers(session: Session): MarkerStore {
  return {
    async find(projectId, keys, now) {
      return (await session.all(FIND, [projectId, keys, now])).map(toMarker);
    },
    drop: (projectId, keys) => session.run(DROP, [projectId, keys]),
  };
}
