import { readFileSync } from 'node:fs';
import { isPlace } from '#http/middleware/address.ts';
import { readModel } from '#domain/project-settings.ts';

/** A setting of the environment: how it is read, and the sentence that docs/configuration.md shows for it. */
export interface Setting<T> {
  readonly read: (text: string) => T | string;
  readonly default: string;
  readonly meaning: string;
}

type Bad = `must be ${string}`;

export function isBad(value: unknown): value is Bad {
  return typeof value === 'string' && value.startsWith('must be ');
}

export function readText(given: string): string {
  return given;
}

export function text(standard: string, meaning: string): Setting<string> {
  return { read: readText, default: standard, meaning };
}

/** Not shown again when it is wrong: it may hold a password. */
export function mailServer(meaning: string): Setting<string> {
  return {
    default: '',
    meaning,
    read: (given) =>
      given === '' || (/^smtps?:\/\//.test(given) && URL.canParse(given))
        ? given
        : 'must be an address such as smtp://user:password@host:587 or smtps://host',
  };
}

/** Not shown again when it is wrong. */
export function dsn(meaning: string): Setting<string> {
  return {
    default: '',
    meaning,
    read: (given) =>
      given === '' || /^https?:\/\/[^\s@/]+@[^\s/]+(?:\/[^\s/]+)*\/\d+$/.test(given)
        ? given
        : 'must be a DSN such as https://key@errors.example.com/42',
  };
}

export interface Secrets {
  /** null: none, or it is `off`. */
  readonly newest: string | null;
  /** The newest among them. */
  readonly all: readonly string[];
}

/** The newest first, with commas between them, or in a file by lines. Not shown again when one is wrong. */
export function secrets(meaning: string): Setting<Secrets> {
  return { default: '', meaning, read: readSecrets };
}

const LEAST_SECRET = 32;
const FILE = 'file:';

function readSecrets(given: string): Secrets | string {
  let listed = given;
  try {
    if (given.startsWith(FILE)) listed = readFileSync(given.slice(FILE.length), 'utf8');
  } catch (error) {
    return `must be a file that can be read, where it begins with "file:" (${(error as Error).message})`;
  }
  const words = listed.split(/[,\n]/).map((each) => each.trim());
  const [first, ...rest] = words.filter((each) => each !== '');
  const all = first === undefined ? [] : first === OFF ? rest : [first, ...rest];
  if (all.every((each) => each.length >= LEAST_SECRET))
    return { newest: first === OFF ? null : (first ?? null), all };
  return `must be at least ${LEAST_SECRET} characters, such as what "openssl rand -base64 32" gives; several with commas between, "off" in front to seal no more, or file:/path of a file with one a line`;
}

/** In front of the keys: they open, and nothing is sealed any more. */
const OFF = 'off';

export function databaseUrl(meaning: string): Setting<string> {
  return {
    default: '',
    meaning,
    read: (given) =>
      given === '' || /^postgres(ql)?:\/\//.test(given)
        ? given
        : 'must be like postgres://user:password@host:5432/database',
  };
}

export function whole(standard: string, least: number, most: number, meaning: string): Setting<number> {
  return {
    default: standard,
    meaning,
    read: (given) => {
      const value = Number(given);
      const isGood = /^\d+$/.test(given) && value >= least && value <= most;
      return isGood ? value : `must be a whole number from ${least} to ${most}, not "${given}"`;
    },
  };
}

export function model(standard: string, providers: readonly string[], meaning: string): Setting<string> {
  return {
    default: standard,
    meaning,
    read: (given) => {
      const read = readModel(given);
      const isGood =
        given === standard || (read !== null && read.model !== '' && providers.includes(read.provider));
      const forms = [standard, ...providers.map((provider) => `${provider}:<model>`)];
      return isGood ? given : `must be one of ${forms.join(', ')}, not "${given}"`;
    },
  };
}

/** Not shown again when it is wrong: it may hold a password. */
export function redisAddress(meaning: string): Setting<string> {
  return {
    default: '',
    meaning,
    read: (given) =>
      given === '' || (/^rediss?:\/\//.test(given) && URL.canParse(given))
        ? given
        : 'must be an address such as redis://host:6379/0 or rediss://user:password@host:6379',
  };
}

export function address(meaning: string): Setting<string> {
  return {
    default: '',
    meaning,
    read: (given) =>
      given === '' || isWebAddress(given)
        ? given
        : 'must be an http or https address without a name or key in it',
  };
}

function isWebAddress(given: string): boolean {
  const url = URL.parse(given);
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
}

/** Two prices for a million tokens: of what is read, and of what is written. */
export function price(meaning: string): Setting<string> {
  return {
    default: '',
    meaning,
    read: (given) =>
      given === '' || /^\d{1,6}(?:\.\d{1,6})?\/\d{1,6}(?:\.\d{1,6})?$/.test(given)
        ? given
        : `must be two numbers like 0.15/0.60, not "${given}"`,
  };
}

/** A price for a million tokens. */
export function singlePrice(meaning: string): Setting<string> {
  return {
    default: '',
    meaning,
    read: (given) =>
      given === '' || /^\d{1,6}(?:\.\d{1,6})?$/.test(given)
        ? given
        : `must be a number like 0.02, not "${given}"`,
  };
}

export function oneOf<const T extends string>(standard: T, words: readonly T[], meaning: string): Setting<T> {
  return {
    default: standard,
    meaning,
    read: (given) =>
      (words as readonly string[]).includes(given)
        ? (given as T)
        : `must be one of ${words.join(', ')}, not "${given}"`,
  };
}

/** Names with commas between them. */
export function listOf(
  standard: string,
  words: readonly string[],
  meaning: string,
): Setting<readonly string[]> {
  return {
    default: standard,
    meaning,
    read: (given) => {
      const names = given.split(',').map((name) => name.trim());
      const strange = names.find((name) => !words.includes(name));
      return strange === undefined
        ? names
        : `must be names of ${words.join(', ')} with commas between, not "${strange}"`;
    },
  };
}

export function contact(meaning: string): Setting<string> {
  return {
    default: '',
    meaning,
    read: (given) =>
      given === '' || /^[^\s@()]+@[^\s@()]+\.[^\s@()]+$|^https?:\/\/[^\s()]+$/.test(given)
        ? given
        : `must be an e-mail address or the address of a page, not "${given}"`,
  };
}

export function origin(standard: string, meaning: string): Setting<string> {
  return {
    default: standard,
    meaning,
    read: (given) =>
      URL.canParse(given) && /^https?:$/.test(new URL(given).protocol)
        ? given
        : `must be an address that begins with https:// or http://, not "${given}"`,
  };
}

/** Origins as browsers write them, with commas between them. */
export function origins(meaning: string): Setting<readonly string[]> {
  return listed(meaning, {
    isGood: (origin) => URL.parse(origin)?.origin === origin,
    explain: (bad) => `must be origins, such as https://app.example.com; "${bad}" is none`,
  });
}

/** Addresses and subnets, with commas between them. */
export function places(meaning: string): Setting<readonly string[]> {
  return listed(meaning, {
    isGood: (place) => place === '' || isPlace(place),
    explain: (bad) => `must be addresses or subnets, such as 10.0.0.0/8; "${bad}" is none`,
  });
}

/** Names of any kind, with commas between them. */
export function names(meaning: string): Setting<readonly string[]> {
  return listed(meaning, {
    isGood: (name) => name.length <= 200 && !/[\s\p{C}]/u.test(name),
    explain: (bad) => `must be names with commas between; "${bad.slice(0, 100)}" is none`,
  });
}

/** Not shown again when it is wrong: it may hold a secret. */
export function pairs(meaning: string): Setting<string> {
  return {
    default: '',
    meaning,
    read: (given) =>
      readPairs(given) === null
        ? 'must be like name=value, with commas between several, and with %2C for a comma in a value'
        : given,
  };
}

/** As W3C Baggage writes them; null: they cannot be read. */
export function readPairs(given: string): Record<string, string> | null {
  const found: Record<string, string> = {};
  for (const each of given.split(',').filter((part) => part.trim() !== '')) {
    const [, name, value] = /^\s*([^\s=]+)\s*=(.*)$/.exec(each) ?? [];
    if (name === undefined || value === undefined || !isEncoded(value)) return null;
    found[name] = decodeURIComponent(value.trim());
  }
  return found;
}

function isEncoded(value: string): boolean {
  return !/%(?![\da-f]{2})/i.test(value);
}

export function share(standard: string, meaning: string): Setting<string> {
  return {
    default: standard,
    meaning,
    read: (given) =>
      /^(?:0|1|0?\.\d+|1\.0+)$/.test(given) ? given : `must be a number from 0 to 1, not "${given}"`,
  };
}

interface Entry {
  readonly isGood: (entry: string) => boolean;
  readonly explain: (bad: string) => Bad;
}

/** Entries with commas between them; none when it is empty. Blank ones, where they are good, are passed over. */
function listed(meaning: string, { isGood, explain }: Entry): Setting<readonly string[]> {
  return {
    default: '',
    meaning,
    read: (given) => {
      const entries = given === '' ? [] : given.split(',').map((entry) => entry.trim());
      const bad = entries.find((entry) => !isGood(entry));
      return bad === undefined ? entries.filter((entry) => entry !== '') : explain(bad);
    },
  };
}
