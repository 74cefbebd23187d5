import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { PostgresPool } from '#clients/postgres.ts';
import { startPostgres } from '#clients/temporary-postgres.ts';
import type { TemporaryPostgres } from '#clients/temporary-postgres.ts';
import { startRedis } from '#clients/temporary-redis.ts';
import type { TemporaryRedis } from '#clients/temporary-redis.ts';
import { seeded } from './random.ts';
import { startServerProcess, startWorkerProcess, temporaryFolder } from './server.ts';
import type { ServerProcess, WorkerProcess } from './server.ts';

export interface ChaosRun {
  readonly seed: number;
  /** At least; there is always some work while faults happen. */
  readonly items: number;
  readonly log: (line: string) => void;
}

const SERVERS = 2;
const WORKERS = 3;
/** A worker that sleeps longer has lost its lease. */
const LEASE_MS = 30_000;
const REDIS_AWAY_MS = 20_000;
const CUTS = 40;

/**
 * Two servers and three workers on PostgreSQL and Redis do a mixed workload while each fault happens once, in an order that
 * the seed decides. For each: how long until work went on, and what it was to heal.
 */
export async function surviveChaos({ seed, items, log }: ChaosRun): Promise<void> {
  const random = seeded(seed);
  const world = await Installation.open(random);
  try {
    await world.feed(items);
    for (const [name, fault] of shuffled(FAULTS, random)) {
      await world.topUp();
      await sleep(random() * 1_000);
      const startedAt = performance.now();
      const heals = await fault(world);
      const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
      log(`${name}: ${heals} (${seconds} s in all; ${await world.done()} items ended)`);
    }
    await world.checkEnd();
    log(`${world.submitted} items, each once; counts right; no batch open`);
  } finally {
    await world.close();
  }
}

type Fault = (world: Installation) => Promise<string>;

const FAULTS: readonly (readonly [name: string, fault: Fault])[] = [
  ['a worker is killed', (world) => world.killWorker()],
  ['a worker sleeps past its lease', (world) => world.freezeWorker()],
  ['a server is killed', (world) => world.killServer()],
  ['Redis is away for 20 s', (world) => world.stopRedis(false)],
  ['Redis is emptied', (world) => world.emptyRedis()],
  ['Redis is replaced by an empty one', (world) => world.stopRedis(true)],
  ['PostgreSQL is restarted', (world) => world.restartDatabase()],
  ['connections are cut, one after the other', (world) => world.cutConnections()],
];

const FEED = 3_000;
const IN_HAND = 300;
const DOCUMENT = { name: 'leave.md', content: '# Leave\n\nEverybody has 25 days of leave in a year.\n' };

/** Everything that runs, and an eye on its rows. */
class Installation {
  submitted = 0;
  readonly #random: () => number;
  readonly #folder = temporaryFolder();
  readonly #database: TemporaryPostgres;
  readonly #redis: TemporaryRedis;
  readonly #pool: PostgresPool;
  readonly #servers: ServerProcess[] = [];
  readonly #workers: WorkerProcess[] = [];
  #batches = 0;

  private constructor(random: () => number, database: TemporaryPostgres, redis: TemporaryRedis) {
    this.#random = random;
    this.#database = database;
    this.#redis = redis;
    this.#pool = new PostgresPool({
      url: database.url,
      connections: 2,
      applicationName: 'books',
      statementTimeoutMs: 30_000,
    });
  }

  static async open(random: () => number): Promise<Installation> {
    const database = await startPostgres({ max_connections: '200' });
    const world = new Installation(random, database, await startRedis({ appendonly: 'yes' }));
    for (let n = 0; n < SERVERS; n += 1) world.#servers.push(await world.#startServer());
    for (let n = 0; n < WORKERS; n += 1) world.#workers.push(await world.#startWorker());
    await world.#upload([DOCUMENT]);
    return world;
  }

  /** Questions in batches of several kinds, some asked twice, and a few documents; there is work for a while. */
  async feed(count: number): Promise<void> {
    for (let left = count; left > 0; left -= FEED) {
      this.#batches += 1;
      const n = this.#batches;
      const lines = Array.from({ length: Math.min(left, FEED) }, (_, i) =>
        i % 50 === 7
          ? 'How many days of leave does everybody have?'
          : `How many days of leave has person ${i} of ${n}?`,
      );
      await this.#again((server) =>
        server.client.batches.upload([{ name: `questions-${n}.txt`, content: lines.join('\n') }], {
          workload: 'answers',
          priority: n % 3,
          ...(n % 4 === 0 ? { concurrency: 10 } : {}),
        }),
      );
      this.submitted += lines.length;
      await this.#upload(
        [0, 1, 2].map((i) => ({ name: `n-${n}-${i}.md`, content: `# Note ${n}\n\nNumber ${i}.\n` })),
      );
    }
  }

  /** What is left lasts for the next fault. */
  async topUp(): Promise<void> {
    const left = await this.#count(`select count(*) as n from items where status = 'pending'`);
    if (left < 2 * FEED) await this.feed(FEED);
  }

  async killWorker(): Promise<string> {
    const [victim] = this.#pick(this.#workers);
    const startedAt = performance.now();
    await victim.stop('SIGKILL');
    this.#workers.push(await this.#startWorker());
    const until = async (): Promise<boolean> => (await this.#heldBy(victim.process.pid)) === 0;
    return `what it held is others' after ${await this.#timeOf(startedAt, until)}`;
  }

  async freezeWorker(): Promise<string> {
    const [victim] = this.#pick(this.#workers);
    victim.process.kill('SIGSTOP');
    const asleep = performance.now();
    await sleep(LEASE_MS + 8_000);
    const freed = await this.#timeOf(asleep, async () => (await this.#heldBy(victim.process.pid)) === 0);
    victim.process.kill('SIGCONT');
    const awake = performance.now();
    this.#workers.push(victim);
    const isBack = async (): Promise<boolean> =>
      (await this.#count(
        `select count(*) as n from workers where pid = ${victim.process.pid} and lease_until > extract(epoch from now()) * 1000`,
      )) > 0;
    return `what it held is others' after at most ${freed}, it works again ${await this.#timeOf(awake, isBack)} after waking`;
  }

  async killServer(): Promise<string> {
    const [victim] = this.#pick(this.#servers);
    await victim.stop('SIGKILL');
    const [another, wentOn] = await Promise.all([this.#startServer(), this.#goesOn(performance.now())]);
    this.#servers.push(another);
    return `work went on after ${wentOn}`;
  }

  async stopRedis(isReplaced: boolean): Promise<string> {
    const startedAt = performance.now();
    await this.#redis.stop();
    const without = await this.#goesOn(startedAt);
    if (!isReplaced) await sleep(REDIS_AWAY_MS);
    const backAt = performance.now();
    await (isReplaced ? this.#redis.startEmpty() : this.#redis.start());
    const isShared = async (): Promise<boolean> => {
      const engines = await Promise.all(
        this.#servers.map(async ({ client }) => (await client.system.ready()).engine),
      );
      return engines.every((engine) => engine === 'bullmq');
    };
    return `work went on after ${without}, through it again ${await this.#timeOf(backAt, isShared)} after it was back`;
  }

  async emptyRedis(): Promise<string> {
    const startedAt = performance.now();
    await this.#redis.command('flushall');
    return `work went on after ${await this.#goesOn(startedAt)}`;
  }

  async restartDatabase(): Promise<string> {
    await this.#database.stop('SIGINT');
    await sleep(2_000);
    await this.#database.start();
    return `work went on ${await this.#goesOn(performance.now())} after it was back`;
  }

  async cutConnections(): Promise<string> {
    for (let cut = 0; cut < CUTS; cut += 1) {
      await this.#pool.all(CUT_ONE).catch(() => undefined);
      await sleep(150);
    }
    return `${CUTS} of them; work went on ${await this.#goesOn(performance.now())} after the last`;
  }

  /** Items that have ended. */
  done(): Promise<number> {
    return this.#count(`select count(*) as n from items where status not in ('pending', 'processing')`);
  }

  /** Rows, not the program, are asked. */
  async checkEnd(): Promise<void> {
    const open = (): Promise<number> =>
      this.#count(`select count(*) as n from batches where status not in ('completed', 'cancelled')`);
    for (let last = -1, still = 0; (await open()) > 0;) {
      const done = await this.done();
      still = done === last ? still + 1 : 0;
      last = done;
      assert.ok(still < 60, `nothing moved for a minute, and ${await open()} batches are open`);
      await sleep(1_000);
    }
    const rows = (sql: string) => this.#pool.all(sql);
    assert.deepEqual(await rows(`select id from items where status in ('pending', 'processing')`), []);
    assert.deepEqual(
      await rows(`select id, status, error_code from items where status = 'failed' limit 5`),
      [],
    );
    assert.deepEqual(await rows(DRIFT), []);
    const asked = await this.#count(`select count(*) as n from items where payload like '%days of leave%'`);
    assert.equal(asked, this.submitted);
    const [twice] = await rows(
      `select count(*) - count(distinct question) as n from answers where question like '%person%'`,
    );
    assert.equal(Number(twice?.['n']), 0);
    const processes = [...this.#servers, ...this.#workers].map((each) => each.process);
    assert.ok(processes.every((each) => each.exitCode === null && each.signalCode === null));
    const errors = [...this.#servers, ...this.#workers].flatMap(({ output }) =>
      output.filter((line) => /"error"|counts_drifted/.test(line) && !IS_BACKLOG.test(line)),
    );
    assert.deepEqual(errors, []);
  }

  async close(): Promise<void> {
    const all = [...this.#servers, ...this.#workers];
    for (const { process } of all) process.kill('SIGCONT');
    await Promise.all(all.map((each) => each.stop('SIGKILL')));
    await this.#pool.close();
    await this.#redis.remove();
    await this.#database.remove();
    this.#folder.remove();
  }

  #environment(concurrency: number): Record<string, string> {
    return {
      DATABASE_URL: this.#database.url,
      REDIS_URL: this.#redis.url,
      PREHEAT_LOG_LEVEL: 'warn',
      PREHEAT_CONCURRENCY: String(concurrency),
      PREHEAT_PACE_MS: '0',
    };
  }

  #startServer(): Promise<ServerProcess> {
    return startServerProcess(this.#folder.path, this.#environment(2));
  }

  #startWorker(): Promise<WorkerProcess> {
    return startWorkerProcess(this.#folder.path, this.#environment(4));
  }

  async #upload(files: readonly { readonly name: string; readonly content: string }[]): Promise<void> {
    await this.#again((server) => server.client.documents.upload([...files]));
  }

  /** As a client does: with another server, or a little later. */
  async #again(send: (server: ServerProcess) => Promise<unknown>): Promise<void> {
    for (let tries = 0; ; tries += 1) {
      try {
        await send(this.#servers[tries % this.#servers.length] as ServerProcess);
        return;
      } catch (error) {
        if (tries > 60) throw error;
        await sleep(500);
      }
    }
  }

  /** Takes one out of those that run. */
  #pick<T>(all: T[]): [T] {
    return all.splice(Math.floor(this.#random() * all.length), 1) as [T];
  }

  #heldBy(pid: number | undefined): Promise<number> {
    return this.#count(
      `select count(*) as n from items where status = 'processing' and owner in (select id from workers where pid = ${pid})`,
    );
  }

  /** Until more has ended than anybody had in hand. */
  async #goesOn(since: number): Promise<string> {
    const before = await this.#patiently(() => this.done());
    return this.#timeOf(since, async () => (await this.done()) > before + IN_HAND);
  }

  async #timeOf(since: number, holds: () => Promise<boolean>): Promise<string> {
    while (!(await holds().catch(() => false))) {
      assert.ok(performance.now() - since < 120_000, 'it did not heal within two minutes');
      await sleep(50);
    }
    return `${((performance.now() - since) / 1_000).toFixed(1)} s`;
  }

  async #patiently<T>(ask: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await ask();
      } catch {
        await sleep(50);
      }
    }
  }

  async #count(sql: string): Promise<number> {
    return Number((await this.#pool.first(sql))?.['n']);
  }
}

function shuffled<T>(all: readonly T[], random: () => number): T[] {
  return all
    .map((each) => ({ each, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ each }) => each);
}

const CUT_ONE = `
  select pg_terminate_backend(pid) from pg_stat_activity
   where application_name like 'preheat%' order by random() limit 1`;

/** While faults come one after the other, items do wait. */
const IS_BACKLOG = /"kind":"backlog".*"alert_raised"/;

const DRIFT = `
  select b.id from batches b
   where (select count(*) from items i where i.batch_id = b.id and i.status = 'completed')
      <> (select sum(completed) from batch_counts c where c.batch_id = b.id)
      or (select count(*) from items i where i.batch_id = b.id)
      <> (select sum(pending + processing + completed + failed + cancelled + skipped) from batch_counts c where c.batch_id = b.id)`;
