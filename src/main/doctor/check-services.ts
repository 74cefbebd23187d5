import type { Check } from './check-installation.ts';
import type { Config } from '../config.ts';
import { VECTOR_CONNECTIONS } from '../open/open-vectors.ts';

type Addresses = Pick<
  Config,
  'DATABASE_URL' | 'REDIS_URL' | 'REDIS_CACHE_URL' | 'PREHEAT_DATABASE_CONNECTIONS' | 'PREHEAT_VECTORS'
>;

const LEAST_POSTGRES = 130_000;
const TIMEOUT_MS = 5_000;
const READY_TIMEOUT_MS = 1_000;
/** Long reads, files and notices, beside the pool. */
const OTHER_CONNECTIONS = 5;

/** Looks at the services that the settings name, and changes nothing in them. Passwords are not shown. */
export async function checkServices(config: Addresses): Promise<readonly Check[]> {
  const { DATABASE_URL: database, REDIS_URL: queue, REDIS_CACHE_URL: cache } = config;
  const checks: Check[] = [];
  if (database !== '') checks.push(...(await checkDatabase(config)));
  if (queue !== '') checks.push(await checkRedis('REDIS_URL', queue));
  if (cache !== '') checks.push(await checkRedis('REDIS_CACHE_URL', cache));
  if (queue === '' || placeOf(queue) !== placeOf(cache)) return checks;
  const detail = `REDIS_URL and REDIS_CACHE_URL name the same server, ${placeOf(queue)}`;
  const remedy = 'Use two: what carries items must not evict, and a cache that may not evict fills up.';
  return [...checks, { name: 'REDIS_CACHE_URL', state: 'warn', detail, remedy }];
}

async function checkDatabase({
  DATABASE_URL: url,
  PREHEAT_DATABASE_CONNECTIONS: connections,
  PREHEAT_VECTORS: vectors,
}: Addresses): Promise<readonly Check[]> {
  const name = 'DATABASE_URL';
  const { PostgresPool } = await import('#clients/postgres.ts');
  const applicationName = 'preheat doctor';
  const pool = new PostgresPool({ url, connections: 1, applicationName, statementTimeoutMs: TIMEOUT_MS });
  try {
    const facts = (await pool.first(DATABASE_FACTS)) as unknown as DatabaseFacts;
    const wanted = connections + OTHER_CONNECTIONS + (vectors === 'pgvector' ? VECTOR_CONNECTIONS : 0);
    const found = troubleOf(facts, wanted);
    const detail = `PostgreSQL ${facts.version} at ${placeOf(url)}`;
    const used = `${facts.used} of ${facts.most} connections used`;
    const check: Check =
      found === null
        ? { name, state: 'ok', detail: `${detail}, ${used}`, remedy: null }
        : { name, state: found.state, detail: `${detail}: ${found.why}`, remedy: found.remedy };
    return vectors === 'pgvector' ? [check, checkVectors(facts)] : [check];
  } catch (error) {
    const detail = `${placeOf(url)} cannot be used: ${messageOf(error)}`;
    return [{ name, state: 'fail', detail, remedy: 'Look at the address, the user and whether it runs.' }];
  } finally {
    await pool.close();
  }
}

const DATABASE_FACTS = `
  select current_setting('server_version') as version, current_setting('server_version_num')::int as number,
         pg_is_in_recovery() as replica, has_schema_privilege(current_schema(), 'create') as may_create,
         to_regclass('items') is not null as has_tables,
         (select default_version from pg_available_extensions where name = 'vector') as offered,
         (select extversion from pg_extension where extname = 'vector') as pgvector,
         (select rolsuper from pg_roles where rolname = current_user) as may_extend,
         current_setting('max_connections')::int as most,
         (select count(*)::int from pg_stat_activity where backend_type = 'client backend') as used`;

interface DatabaseFacts {
  readonly version: string;
  readonly number: number;
  readonly replica: boolean;
  readonly may_create: boolean;
  readonly has_tables: boolean;
  /** Versions of pgvector: of the server's files, and of what is in this database. */
  readonly offered: string | null;
  readonly pgvector: string | null;
  readonly may_extend: boolean;
  readonly most: number;
  readonly used: number;
}

function checkVectors({ offered, pgvector, may_extend: mayExtend }: DatabaseFacts): Check {
  const name = 'PREHEAT_VECTORS';
  if (pgvector !== null)
    return { name, state: 'ok', detail: `pgvector ${pgvector} searches vectors`, remedy: null };
  if (offered !== null && mayExtend)
    return { name, state: 'ok', detail: `pgvector ${offered}: the first start makes it`, remedy: null };
  return offered === null
    ? {
        name,
        state: 'fail',
        detail: 'the server does not have the extension pgvector',
        remedy: 'Install pgvector on the server of the database, or set PREHEAT_VECTORS to memory.',
      }
    : {
        name,
        state: 'fail',
        detail: `pgvector ${offered} is on the server, not in this database`,
        remedy: 'Have a superuser run "create extension vector" in the database.',
      };
}

interface Trouble {
  readonly state: 'warn' | 'fail';
  readonly why: string;
  readonly remedy: string;
}

function troubleOf(facts: DatabaseFacts, wanted: number): Trouble | null {
  if (facts.number < LEAST_POSTGRES)
    return { state: 'fail', why: 'it is too old', remedy: 'Use PostgreSQL 13 or newer.' };
  if (facts.replica)
    return { state: 'fail', why: 'it is a replica, which takes no changes', remedy: 'Name the primary.' };
  if (!facts.may_create)
    return {
      state: facts.has_tables ? 'warn' : 'fail',
      why: 'this user may not make tables',
      remedy: 'Grant it CREATE on the schema: the first start and upgrades make tables.',
    };
  if (facts.used + wanted > facts.most)
    return {
      state: 'warn',
      why: `${facts.used} of ${facts.most} connections are used, and a process wants up to ${wanted}`,
      remedy: 'Raise max_connections, or lower PREHEAT_DATABASE_CONNECTIONS.',
    };
  return null;
}

async function checkRedis(name: 'REDIS_URL' | 'REDIS_CACHE_URL', url: string): Promise<Check> {
  const { mayEvict, RedisLink, warningsOf } = await import('#clients/redis.ts');
  const link = new RedisLink({ url, name: 'preheat-doctor', commandTimeoutMs: TIMEOUT_MS });
  try {
    await link.ready(READY_TIMEOUT_MS);
    const facts = await link.facts();
    const use = name === 'REDIS_URL' ? 'queue' : 'cache';
    const warnings = warningsOf(facts, use);
    const detail = `${facts.product} ${facts.version} at ${placeOf(url)}`;
    if (warnings.length === 0)
      return { name, state: 'ok', detail: `${detail}, answers in ${facts.latencyMs} ms`, remedy: null };
    const [first] = warnings;
    const state = use === 'queue' && mayEvict(facts) ? 'fail' : 'warn';
    return { name, state, detail: `${detail}: ${warnings.join('; ')}`, remedy: `${first}.` };
  } catch (error) {
    const detail = `${placeOf(url)} cannot be used: ${messageOf(error)}`;
    // Work goes on without either.
    return { name, state: 'warn', detail, remedy: 'Look at the address, the password and whether it runs.' };
  } finally {
    link.close();
  }
}

/** Host and port alone. */
function placeOf(url: string): string {
  return URL.parse(url)?.host ?? 'the address';
}

function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(String).join('; ');
  return error instanceof Error ? error.message : String(error);
}
