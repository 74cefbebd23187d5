import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { administer, findPostgres, temporaryDatabase } from '#clients/temporary-postgres.ts';
import { hasRedis, startRedis } from '#clients/temporary-redis.ts';
import type { TemporaryRedis } from '#clients/temporary-redis.ts';
import { PreheatClient, PreheatError } from '#sdk/index.ts';
import type { Asked } from '#sdk/index.ts';
import { seeded, seeds } from './support/random.ts';
import { startServerProcess, temporaryFolder } from './support/server.ts';
import type { ServerProcess } from './support/server.ts';

const ASKERS = 3;
/** In each of its chapters. */
const EDITS = 3;
const SUBJECTS = ['travel', 'laptop', 'visitor', 'bicycle', 'uniform'];

const [seed = 0] = seeds(1);
const isAble = findPostgres() !== null && hasRedis();

test(
  `two servers on PostgreSQL and Redis, asked while documents change, one of them killed, and Redis stopped: nothing stale comes as fresh (PREHEAT_TEST_SEED=${seed})`,
  { timeout: 240_000, skip: isAble ? false : 'PostgreSQL or Redis is not installed' },
  async (t) => {
    const office = await Office.open(t);
    await office.whileAsked(() => office.edit(EDITS));

    // What is stale comes at once, and is made again behind: without the tier that they share, too.
    await office.client(0).projects.change('default', { stale: 'serve' });
    await office.whileAsked(async () => {
      await office.edit(1);
      await office.redis.stop();
      await office.edit(EDITS - 1);
    });
    await office.redis.startEmpty();
    await office.client(0).projects.change('default', { stale: null });

    await office.whileAsked(async () => {
      const editing = office.edit(EDITS);
      await sleep(office.random() * 300);
      await office.kill();
      await editing;
    });
    await office.checkEnd();
  },
);

/** What a document was made to say, in order. */
interface Rule {
  readonly limits: number[];
  /** Everybody who asks after now gets this one or a later one. */
  visible: number;
}

/** A handbook with a limit for each subject that only grows, so that what an answer says tells how old it is. */
class Office {
  readonly redis: TemporaryRedis;
  readonly random = seeded(seed);
  readonly #database: string;
  readonly #folder = temporaryFolder();
  readonly #servers: ServerProcess[] = [];
  readonly #rules = new Map<string, Rule>(SUBJECTS.map((subject) => [subject, { limits: [], visible: 0 }]));
  #asked = 0;

  private constructor(redis: TemporaryRedis, database: string) {
    this.redis = redis;
    this.#database = database;
  }

  static async open(t: TestContext): Promise<Office> {
    const redis = await startRedis();
    after(() => redis.remove());
    const { url, drop } = await temporaryDatabase();
    const office = new Office(redis, url);
    t.after(async () => {
      await Promise.all(office.#servers.map((server) => server.stop('SIGKILL')));
      await drop();
      office.#folder.remove();
    });
    await Promise.all([office.#start(0), office.#start(1)]);
    for (const subject of SUBJECTS) await office.#publish(subject);
    return office;
  }

  /** Of the first server or the second; tries nothing twice. */
  client(n: 0 | 1): PreheatClient {
    return new PreheatClient({ baseUrl: this.#server(n).url, retries: 0 });
  }

  /** Some ask both servers, in several ways, until the work is done. */
  async whileAsked(work: () => Promise<unknown>): Promise<void> {
    let isOver = false;
    const before = this.#asked;
    const press = async (): Promise<void> => {
      while (!isOver) await this.#ask(this.random() < 0.5 ? 0 : 1, this.#pick(SUBJECTS));
    };
    const pressing = Array.from({ length: ASKERS }, press);
    try {
      await work();
    } finally {
      isOver = true;
    }
    await Promise.all(pressing);
    assert.ok(this.#asked > before, 'somebody was answered meanwhile');
  }

  async edit(times: number): Promise<void> {
    for (let n = 0; n < times; n += 1) await this.#publish(this.#pick(SUBJECTS));
  }

  /** The second server, in whatever it does; its leases are taken for run out, which saves half a minute. */
  async kill(): Promise<void> {
    const killed = this.#server(1);
    await killed.stop('SIGKILL');
    await administer(this.#database, `update workers set lease_until = 0 where pid = ${killed.process.pid}`);
    await administer(this.#database, 'update flights set lease_until = 0');
    await this.#start(1);
  }

  async checkEnd(): Promise<void> {
    for (const subject of SUBJECTS) {
      await this.#publish(subject);
      for (const n of [0, 1] as const) {
        const { answer, cache } = await this.client(n).ask(questionOf(subject));
        assert.notEqual(cache.status, 'stale');
        assert.equal(limitIn(answer), this.#rule(subject).limits.at(-1), answer);
      }
    }
  }

  async #ask(n: 0 | 1, subject: string): Promise<void> {
    const rule = this.#rule(subject);
    const oldest = rule.visible;
    try {
      const { answer, cache } = await this.#asIfBy(this.client(n), questionOf(subject));
      this.#asked += 1;
      const at = rule.limits.indexOf(limitIn(answer) ?? -1);
      assert.ok(at !== -1, answer);
      if (cache.status !== 'stale')
        assert.ok(at >= oldest, `${cache.status}: ${answer}, when ${rule.limits[oldest]} was to be seen`);
    } catch (error) {
      refuseUnexpected(error);
    }
  }

  async #asIfBy(client: PreheatClient, question: string): Promise<Asked> {
    if (this.random() < 0.7) return client.ask({ question, cache: this.random() < 0.3 ? 'only' : 'use' });
    const events = client.asks.stream({ question });
    let told = '';
    for (let next = await events.next(); ; next = await events.next()) {
      if (next.done === true) {
        assert.equal(told, next.value.answer, 'a stream tells what its answer says');
        return next.value;
      }
      if (next.value.event === 'restart') told = '';
      else if (next.value.event === 'delta') told += next.value.text;
    }
  }

  async #publish(subject: string): Promise<void> {
    const rule = this.#rule(subject);
    const limit = (rule.limits.at(-1) ?? 0) + 1 + Math.floor(this.random() * 9);
    const at = rule.limits.push(limit) - 1;
    const content = `# The ${subject} rules\n\nThe ${subject} limit is ${limit} euros in a year.\n`;
    const client = this.client(this.random() < 0.5 ? 0 : 1);
    try {
      const { id } = await client.documents.upload([{ name: `${subject}.md`, content }]);
      // Whatever server it was sent to: the other one may be killed.
      const batch = await this.client(0).batches.wait(id);
      assert.deepEqual([batch?.status, batch?.counts.completed], ['completed', 1]);
      rule.visible = at;
    } catch (error) {
      // Whether it came through is not known: both are right then.
      refuseUnexpected(error);
    }
  }

  async #start(n: 0 | 1): Promise<void> {
    this.#servers[n] = await startServerProcess(this.#folder.path, {
      DATABASE_URL: this.#database,
      REDIS_URL: this.redis.url,
      REDIS_CACHE_URL: this.redis.url,
    });
  }

  #server(n: 0 | 1): ServerProcess {
    return this.#servers[n] as ServerProcess;
  }

  #rule(subject: string): Rule {
    return this.#rules.get(subject) as Rule;
  }

  #pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.random() * from.length)] as T;
  }
}

function questionOf(subject: string): string {
  return `What is the ${subject} limit?`;
}

function limitIn(answer: string): number | null {
  const [, limit] = /limit is (\d+) euros/.exec(answer) ?? [];
  return limit === undefined ? null : Number(limit);
}

/** What a killed server answers is no finding; what a living one refuses is, but for what it has not. */
function refuseUnexpected(error: unknown): void {
  if (!(error instanceof PreheatError) || (error.status !== 0 && error.code !== 'not_cached')) throw error;
}
