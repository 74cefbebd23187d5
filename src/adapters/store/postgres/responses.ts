import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';
import type { ResponseStore } from '#ports/store/records.ts';
import type { Session } from './session.ts';

const compress = promisify(deflateRaw);
const expand = promisify(inflateRaw);

const FIND = 'select status, body from responses where project_id = $1 and key = $2 and expires_at > $3';

const PUT = `
  insert into responses (project_id, key, status, body, expires_at) values ($1, $2, $3, $4, $5)
  on conflict (project_id, key) do update set
    status = excluded.status, body = excluded.body, expires_at = excluded.expires_at`;

/** Answers of catalogues are mostly repeated names: compressed they take about a tenth. */
export function postgresResponses(session: Session): ResponseStore {
  return {
    async find(projectId, key, now) {
      const row = await session.first(FIND, [projectId, key, now]);
      if (row === undefined) return null;
      const body = await expand(row['body'] as Uint8Array);
      return { status: row['status'] as number, body: body.toString('utf8') };
    },
    async put(projectId, key, { status, body }, expiresAt) {
      await session.run(PUT, [projectId, key, status, await compress(body, { level: 3 }), expiresAt]);
    },
  };
}
