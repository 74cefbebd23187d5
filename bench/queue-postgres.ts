import { PostgresPool } from '#clients/postgres.ts';
import { administer, startPostgres } from '#clients/temporary-postgres.ts';
import type { TemporaryPostgres } from '#clients/temporary-postgres.ts';
import { itemId } from '#domain/ids.ts';
import { openPostgresStore } from '#adapters/store/postgres/open.ts';
import { machine, median, print, row, timed } from './figures.ts';
import { measureGraphile, measurePgBoss } from './queue-peers.ts';
import { measureLatency, measureLife } from './queue-life.ts';
import type { Life } from './queue-life.ts';

/** A server as it comes, and as durable, but for the memory that anybody would give it. */
export const SERVER = { shared_buffers: '512MB', max_wal_size: '4GB', max_connections: '200' };

/**
 * The queue on PostgreSQL, beside graphile-worker and pg-boss on the same server and the floor: the same rows and
 * indexes, claimed and settled in groups of 500 by one connection, with nothing around it. In turn, each on a database
 * of its own; every commit waits for the disk.
 */
export async function benchQueueOnPostgres(settings: {
  readonly items: number;
  readonly concurrency: string;
  readonly runs: number;
}): Promise<void> {
  const { items, concurrency, runs } = settings;
  print(`queue on PostgreSQL: ${items.toLocaleString('en')} items, concurrency ${concurrency}`);
  print(`${machine()}\n`);
  const server = await startPostgres(SERVER);
  const lives: Record<string, Life[]> = { preheat: [], floor: [], 'graphile-worker': [], 'pg-boss': [] };
  try {
    for (let run = 0; run < runs; run += 1) {
      lives['preheat']?.push(
        await onDatabase(server, (database) =>
          measureLife(items, { environment: { PREHEAT_CONCURRENCY: concurrency }, database }),
        ),
      );
      lives['floor']?.push(await onDatabase(server, (url) => measureFloor(url, items)));
      lives['graphile-worker']?.push(
        await onDatabase(server, (url) => measureGraphile(url, items, Number(concurrency))),
      );
      lives['pg-boss']?.push(
        await onDatabase(server, (url) => measurePgBoss(url, items, Number(concurrency))),
      );
    }
    for (const part of ['submit', 'process', 'whole'] as const) {
      for (const [name, of] of Object.entries(lives))
        row(
          `${part}, ${name}`,
          of.map((life) => life[part]),
          'items/s',
        );
      for (const name of ['floor', 'graphile-worker', 'pg-boss']) {
        const ratios = (lives['preheat'] ?? []).map(
          (life, i) => life[part] / ((lives[name] ?? [])[i] as Life)[part],
        );
        row(`${part}, preheat of ${name}`, [median(ratios)], '×');
      }
    }
    await onDatabase(server, (database) => measureLatency({ database }));
  } finally {
    await server.remove();
  }
}

let databases = 0;

export async function onDatabase<T>(
  server: TemporaryPostgres,
  work: (url: string) => Promise<T>,
): Promise<T> {
  databases += 1;
  const name = `bench_${databases}`;
  await administer(server.url, `create database ${name}`);
  try {
    return await work(server.url.replace(/\/postgres$/, `/${name}`));
  } finally {
    await administer(server.url, `drop database ${name} with (force)`);
    // What one left in the log and the buffers is not the next one's to clear.
    await administer(server.url, 'checkpoint');
  }
}

const GROUP = 500;

/** Inserts as submissions come in, then claims and settles by one connection, as far ahead as one group. */
async function measureFloor(url: string, items: number): Promise<Life> {
  await (await openPostgresStore({ url, connections: 2 })).close();
  const pool = new PostgresPool({
    url,
    connections: 2,
    applicationName: 'floor',
    statementTimeoutMs: 60_000,
    session: 'set enable_seqscan = off',
  });
  const fillMs = await timed(async () => {
    for (let seq = 1; seq <= items; seq += 2_000) {
      const count = Math.min(2_000, items - seq + 1);
      const payloads = Array.from({ length: count }, (_, i) =>
        JSON.stringify({ question: `How many days of leave has person ${seq + i}` }),
      );
      await pool.run(FILL, [itemId(1, seq) - 1, Date.now(), payloads.join('\n')]);
    }
  });
  const emptyMs = await timed(async () => {
    let settled = 0;
    let held = await pool.all(CLAIM, [Date.now()]);
    while (settled < items) {
      const settle = pool.run(SETTLE, [
        held.map((each) => each['id']),
        held.map((each) => each['generation']),
        Date.now(),
      ]);
      [held] = await Promise.all([pool.all(CLAIM, [Date.now()]), settle]);
      settled += await settle;
    }
  });
  await pool.close();
  const perSecond = (ms: number): number => (items / ms) * 1_000;
  return { submit: perSecond(fillMs), process: perSecond(emptyMs), whole: perSecond(fillMs + emptyMs) };
}

const FILL = `
  insert into items (id, batch_id, status, created_at, payload)
  select $1::bigint + n, 1, 'pending', $2::bigint, payload from unnest(string_to_array($3::text, E'\\n')) with ordinality as r(payload, n)`;

const CLAIM = `
  update items set status = 'processing', generation = generation + 1, owner = 1, started_at = $1::bigint
   where id = any(array(select id from items where batch_id = 1 and status = 'pending' and available_at = 0
                         order by priority desc, id limit ${GROUP} for update skip locked))
  returning id, generation, failures, payload`;

const SETTLE = `
  update items i set status = 'completed', owner = null, ended_at = $3::bigint
    from unnest($1::bigint[], $2::int[]) as g(id, generation)
   where i.id = g.id and i.generation = g.generation and i.status || '' = 'processing'`;
