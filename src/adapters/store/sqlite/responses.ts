import type { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';
import type { KeptResponse, ResponseStore } from '#ports/store/records.ts';
import type { Remote } from './remote.ts';

const compress = promisify(deflateRaw);
const expand = promisify(inflateRaw);

export function responseWrites(db: DatabaseSync) {
  const upsert = db.prepare(
    `insert into responses (project_id, key, status, body, expires_at) values (?, ?, ?, ?, ?)
     on conflict (project_id, key) do update set
       status = excluded.status, body = excluded.body, expires_at = excluded.expires_at`,
  );
  return {
    putCompressed(
      projectId: number,
      key: string,
      response: { readonly status: number; readonly body: Uint8Array },
      expiresAt: number,
    ): void {
      upsert.run(projectId, key, response.status, response.body, expiresAt);
    },
  };
}

/** Answers of catalogues are mostly repeated names: compressed they take about a tenth. */
export function sqliteResponses(db: DatabaseSync, writes: Remote<typeof responseWrites>): ResponseStore {
  const find = db.prepare(
    'select status, body from responses where project_id = ? and key = ? and expires_at > ?',
  );
  return {
    async find(projectId, key, now): Promise<KeptResponse | null> {
      const row = find.get(projectId, key, now);
      if (row === undefined) return null;
      const body = await expand(row['body'] as Uint8Array);
      return { status: row['status'] as number, body: body.toString('utf8') };
    },
    async put(projectId, key, { status, body }, expiresAt) {
      const compressed = new Uint8Array(await compress(body, { level: 3 }));
      await writes.putCompressed(projectId, key, { status, body: compressed }, expiresAt);
    },
  };
}
