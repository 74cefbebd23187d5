import type { SettingInForce } from '#core/platform/server-views.ts';
import { Fault } from '#domain/fault.ts';
import type { Problem } from '#domain/fault.ts';
import { KEY_NAME } from '#domain/project-settings.ts';
import { blobProblems, DOCUMENT_SETTINGS, vectorProblems } from './settings/document-settings.ts';
import { LIMIT_SETTINGS } from './settings/limit-settings.ts';
import { MODEL_SETTINGS } from './settings/model-settings.ts';
import { PLATFORM_SETTINGS } from './settings/platform-settings.ts';
import {
  contact,
  databaseUrl,
  isBad,
  listOf,
  oneOf,
  origin,
  places,
  readText,
  redisAddress,
  text,
  whole,
} from './settings/setting.ts';
import type { Setting } from './settings/setting.ts';
import { TRACING_SETTINGS, tracingProblems } from './settings/tracing-settings.ts';
import { UPSTREAM_SETTINGS } from './settings/upstream-settings.ts';

const SETTINGS = {
  PREHEAT_HOST: text(
    '127.0.0.1',
    'Address to listen on. On any other than loopback an admin key is required.',
  ),
  PREHEAT_PORT: whole('7400', 0, 65_535, 'Port to listen on; 0 takes a free one.'),
  PREHEAT_DATA: text('./data', 'Folder of the SQLite file and the stored files: one folder to back up.'),
  DATABASE_URL: databaseUrl(
    'A PostgreSQL database (`postgres://…`) to keep everything in, instead of the SQLite file: for several servers and workers.',
  ),
  PREHEAT_DATABASE_CONNECTIONS: whole(
    '10',
    2,
    200,
    'Connections of this process to PostgreSQL at most, beside five for long reads, files and notices.',
  ),
  PREHEAT_ADMIN_KEY: text('', 'First admin key. Without it the API is open, and then only on loopback.'),
  PREHEAT_SESSION_HOURS: whole(
    '168',
    1,
    8_784,
    'How long somebody stays signed in to the admin page, in hours.',
  ),
  PREHEAT_AUDIT_KEPT_DAYS: whole(
    '365',
    1,
    36_500,
    'How long the record of who changed what is kept, in days.',
  ),
  PREHEAT_TRUSTED_PROXIES: places(
    'Addresses and subnets of proxies whose X-Forwarded-For is believed, with commas between them.',
  ),
  PREHEAT_CONCURRENCY: whole(
    '8',
    0,
    1_000,
    'Items that this process runs at once; 0: a server that leaves all work to others.',
  ),
  PREHEAT_PACE_MS: whole(
    '0',
    0,
    3_600_000,
    'Default pause between the starts of two items of a batch, in milliseconds.',
  ),
  PREHEAT_MAX_ATTEMPTS: whole('3', 1, 100, 'Attempts that an item gets before it is a dead letter.'),
  PREHEAT_RETRY_BASE_MS: whole(
    '1000',
    1,
    3_600_000,
    'Wait after the first failure, in milliseconds; doubles with each further one.',
  ),
  PREHEAT_ITEM_TIMEOUT_SECONDS: whole('1800', 1, 86_400, 'How long one run of an item may take, in seconds.'),
  PREHEAT_SYNCHRONOUS: oneOf(
    'FULL',
    ['FULL', 'NORMAL'],
    'FULL: what was accepted survives a power cut. NORMAL is faster and may lose the last moments.',
  ),
  PREHEAT_MAX_ITEMS: whole('1000000', 1, 16_000_000, 'Items that one batch may hold.'),
  PREHEAT_MAX_PENDING: whole(
    '5000000',
    1,
    1_000_000_000,
    'Items of a project that may wait; beyond that a submission is told when to come again.',
  ),
  PREHEAT_MAX_JSON_MIB: whole('32', 1, 512, 'Largest JSON body, in MiB.'),
  PREHEAT_MAX_UPLOAD_MIB: whole('512', 1, 16_384, 'Largest upload as a whole, in MiB.'),
  ...LIMIT_SETTINGS,
  ...DOCUMENT_SETTINGS,
  PREHEAT_ANSWER_TTL_HOURS: whole('168', 1, 8_784, 'How long an answer stays warm, in hours.'),
  PREHEAT_NOT_FOUND_TTL_MINUTES: whole(
    '10',
    1,
    10_080,
    'How long "not found in the documents" is kept, in minutes.',
  ),
  PREHEAT_MISSES_KEPT_DAYS: whole(
    '30',
    0,
    3_660,
    'How long a question that the cache could not answer stays on the list of misses, in days; 0 writes none down.',
  ),
  PREHEAT_BATCHES_KEPT_DAYS: whole(
    '0',
    0,
    3_660,
    'How long a batch and its items are kept after its end, in days; 0 keeps them until somebody deletes them. What they made stays.',
  ),
  PREHEAT_REWARM_TOKENS_PER_DAY: whole(
    '1000000',
    0,
    1_000_000_000_000,
    'Tokens that a project may spend in 24 hours on answers that are made again before somebody asks; 0 makes none. The built-in generator takes none.',
  ),
  PREHEAT_ASK_WAIT_SECONDS: whole(
    '5',
    0,
    3_600,
    'How long an ask may have to wait for its turn to be made an answer, in seconds; who would wait longer is told at once to come again (429).',
  ),
  PREHEAT_CACHE_MIB: whole('64', 1, 16_384, 'Memory for cached answers in this process, in MiB.'),
  PREHEAT_CATALOGUE_SOURCES: listOf(
    'openlibrary',
    ['openlibrary', 'googlebooks', 'file'],
    'Where catalogue batches and reads ask, in this order.',
  ),
  PREHEAT_CATALOGUE_CONTACT: contact(
    'E-mail address or page under which you can be reached. Open Library is not called without it.',
  ),
  PREHEAT_CATALOGUE_FILE: text(
    '',
    'A list of works (JSONL) or an Open Library dump, plain or .gz, for the source `file`.',
  ),
  PREHEAT_CATALOGUE_TITLE_TTL_HOURS: whole(
    '24',
    1,
    8_784,
    'How long titles and authors are fresh, in hours.',
  ),
  PREHEAT_CATALOGUE_ISBN_TTL_DAYS: whole('30', 1, 3_660, 'How long what an ISBN says is fresh, in days.'),
  PREHEAT_CATALOGUE_MARKER_TTL_DAYS: whole(
    '90',
    1,
    3_660,
    'For how many days an author who was done is not done again.',
  ),
  PREHEAT_OPENLIBRARY_URL: origin('https://openlibrary.org', 'Where Open Library, or a copy of it, answers.'),
  PREHEAT_OPENLIBRARY_PER_SECOND: whole(
    '3',
    1,
    1_000,
    'Calls to Open Library in any second. It allows 3 to those who say who they are.',
  ),
  PREHEAT_GOOGLEBOOKS_URL: origin('https://www.googleapis.com', 'Where Google Books answers.'),
  PREHEAT_GOOGLEBOOKS_API_KEY: text(
    '',
    'Your key for Google Books. Without one its shared quota is mostly used up.',
  ),
  PREHEAT_GOOGLEBOOKS_PER_SECOND: whole('1', 1, 1_000, 'Calls to Google Books in any second.'),
  PREHEAT_SOURCE_TIMEOUT_SECONDS: whole(
    '20',
    1,
    600,
    'How long a source may take for one answer, in seconds.',
  ),
  PREHEAT_SOURCE_BREAK_SECONDS: whole(
    '30',
    1,
    3_600,
    'How long a source that failed five times in a row is left alone, in seconds.',
  ),
  REDIS_URL: redisAddress(
    'Redis or Valkey that carries items between processes: `redis://…`, or `rediss://…` with TLS. It must not evict.',
  ),
  REDIS_CACHE_URL: redisAddress(
    'A second tier of cached answers that all processes share, in a Redis or Valkey that may evict: not the one of REDIS_URL.',
  ),
  PREHEAT_REDIS_PREFIX: text('preheat', 'How keys in Redis begin. Each installation adds a name of its own.'),
  PREHEAT_ALERT_REDIS_MEMORY_PERCENT: whole(
    '80',
    1,
    100,
    'A Redis that has used more than this part of its memory is an alert, in percent.',
  ),
  PREHEAT_ALERT_DEAD_LETTERS: whole(
    '10',
    0,
    1_000_000,
    'More dead letters than this in a project are an alert.',
  ),
  PREHEAT_DRAIN_SECONDS: whole('30', 0, 600, 'How long a stop waits for running items, in seconds.'),
  PREHEAT_LOG_LEVEL: oneOf('info', ['debug', 'info', 'warn', 'error', 'silent'], 'How much is logged.'),
  ...PLATFORM_SETTINGS,
  ...MODEL_SETTINGS,
  ...UPSTREAM_SETTINGS,
  ...TRACING_SETTINGS,
} as const;

export type SettingName = keyof typeof SETTINGS;

export type Config = {
  readonly [N in SettingName]: (typeof SETTINGS)[N] extends Setting<infer T> ? T : never;
} & {
  /** Keys that projects name in their settings, by their names. */
  readonly modelKeys: Readonly<Record<string, string>>;
};

/**
 * Reads the settings from the environment.
 *
 * @throws Fault `bad_settings` that names every problem at once
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const config: Record<string, unknown> = {};
  const problems: Problem[] = unknownNames(environment);
  for (const [name, setting] of Object.entries(SETTINGS)) {
    const given = environment[name];
    const value = setting.read(given === undefined || given === '' ? setting.default : given);
    if (isBad(value) && setting.read !== readText) problems.push({ field: name, message: value });
    config[name] = value;
  }
  if (
    (config['PREHEAT_CATALOGUE_SOURCES'] as string[]).includes('file') &&
    config['PREHEAT_CATALOGUE_FILE'] === ''
  ) {
    problems.push({
      field: 'PREHEAT_CATALOGUE_FILE',
      message: 'must name a file when PREHEAT_CATALOGUE_SOURCES has "file"',
    });
  }
  if (!isLoopback(String(config['PREHEAT_HOST'])) && config['PREHEAT_ADMIN_KEY'] === '') {
    problems.push({
      field: 'PREHEAT_ADMIN_KEY',
      message:
        'must be set when PREHEAT_HOST is not a loopback address: otherwise anybody on the network could use it',
    });
  }
  problems.push(...blobProblems(config), ...tracingProblems(config), ...vectorProblems(config));
  if (problems.length > 0) {
    const lines = problems.map((problem) => `  ${problem.field} ${problem.message}`);
    throw new Fault('invalid', 'bad_settings', `The settings cannot be used:\n${lines.join('\n')}`, {
      problems,
    });
  }
  return { ...config, modelKeys: keysOf(environment) } as Config;
}

function keysOf(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const named = Object.entries(environment).filter(([name, key]) => KEY_NAME.test(name) && key !== '');
  return Object.fromEntries(named) as Record<string, string>;
}

/** The settings as they are, for people. What may hold a secret is not shown, whatever it is. */
export function settingsInForce(config: Config): readonly SettingInForce[] {
  return Object.entries(SETTINGS).map(([name, setting]) => {
    const value: unknown = config[name as SettingName];
    const isDefault = JSON.stringify(value) === JSON.stringify(setting.read(setting.default));
    const shown = SECRET.test(name) ? null : [value].flat().join(',');
    return { name, value: shown, isDefault, meaning: setting.meaning };
  });
}

/** Addresses of services carry passwords. */
const SECRET = /KEY|SECRET|TOKEN(?!S)|PASSWORD|URL|HEADERS|ENDPOINT|DSN/;

/** The reference of all settings, as Markdown. */
export function describeSettings(): string {
  const rows = Object.entries(SETTINGS).map(
    ([name, setting]) =>
      `| \`${name}\` | ${setting.default === '' ? '–' : `\`${setting.default}\``} | ${setting.meaning} |`,
  );
  return ['| name | default | meaning |', '|---|---|---|', ...rows].join('\n');
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** A misspelt setting would be silently without effect. */
function unknownNames(environment: Readonly<Record<string, string | undefined>>): Problem[] {
  return Object.keys(environment)
    .filter((name) => name.startsWith('PREHEAT_') && !(name in SETTINGS) && !name.startsWith('PREHEAT_TEST_'))
    .filter((name) => !CLIENT_SETTINGS.has(name) && !KEY_NAME.test(name))
    .map((name) => ({ field: name, message: 'is not a setting: see docs/configuration.md for the names' }));
}

/** Read by the command line, not by the server. */
const CLIENT_SETTINGS = new Set(['PREHEAT_URL', 'PREHEAT_API_KEY', 'PREHEAT_PROJECT']);
