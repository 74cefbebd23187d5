import type { Json, JsonObject } from '#domain/json.ts';

/** Raised when what a key is made of changes. */
const KEY_FORM = 1;

/**
 * What a model is told and does not answer by: how its words are sent, who asks, and what the provider files it under.
 * Two requests that differ in these alone get the same turn.
 */
const IGNORED = new Set([
  'stream',
  'stream_options',
  'user',
  'safety_identifier',
  'metadata',
  'store',
  'prompt_cache_key',
  'prompt_cache_retention',
]);

/** What is meant where nothing is said. */
const DEFAULTS: Readonly<Record<string, Json>> = { n: 1, encoding_format: 'float' };

export interface KeyParts {
  readonly kind: 'chat' | 'embedding';
  /** Where it is asked. */
  readonly relay: string;
  /** Model, messages or input, parameters. */
  readonly request: JsonObject;
}

/**
 * The key of a request: 32 hex digits of the digest of its canonical form. The project is not part of it but of every
 * look-up.
 */
export function turnKeyOf(digest: (text: string) => string, { kind, relay, request }: KeyParts): string {
  const parts = Object.fromEntries(
    Object.entries(request).filter(
      ([name, value]) => !IGNORED.has(name) && value !== null && value !== DEFAULTS[name],
    ),
  );
  return digest(canonicalOf([KEY_FORM, kind, relay, parts])).slice(0, 32);
}

/** JSON with the members of every object in order: the same text for what means the same. */
function canonicalOf(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonicalOf).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalOf(member as Json)}`);
  return `{${members.join(',')}}`;
}

/**
 * Whether the same request may get the same answer later: not when the caller has the provider keep it under an id of
 * its own, nor when the model looks things up elsewhere.
 */
export function isRepeatable(request: JsonObject): boolean {
  return request['store'] !== true && (request['web_search_options'] ?? null) === null;
}
