import { Fault } from '#domain/fault.ts';
import type { Exchange, RawRequest } from './call.ts';
import { findJsonError } from './json-position.ts';

const JSON_TYPE = /^application\/(?:[a-z.-]+\+)?json\s*(?:;|$)/i;
const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** What a body may nest: enough for any request, and far from what recursion survives. */
const MAX_DEPTH = 40;

/** A JSON body, and the bytes it came as. */
export interface JsonBody {
  readonly value: unknown;
  readonly bytes: Uint8Array;
}

/**
 * Reads a JSON body within its limit.
 *
 * @throws Fault `unsupported_content_type`, `body_too_large` (before reading, when the length is announced),
 * `not_utf8`, `invalid_json` with line and column, `too_deep`
 */
export async function readJson(c: Exchange, maxBytes: number): Promise<JsonBody> {
  const contentType = c.req.raw.headers.get('content-type');
  if (contentType === null || !JSON_TYPE.test(contentType)) throw wrongType(contentType, 'application/json');
  const bytes = await readBytes(c, maxBytes);
  const value = parse(decode(bytes));
  if (!isWithinDepth(value, MAX_DEPTH)) {
    throw new Fault('invalid', 'too_deep', `The body nests deeper than ${MAX_DEPTH} levels.`);
  }
  return { value, bytes };
}

export function wrongType(contentType: string | null, wanted: string): Fault {
  const came = contentType === null ? 'no Content-Type came' : `"${contentType.slice(0, 100)}" came`;
  return new Fault('unsupported', 'unsupported_content_type', `Send the body as ${wanted}; ${came}.`);
}

/** @throws Fault `body_too_large` when the announced length is over the limit. */
export function checkLength(c: Exchange, maxBytes: number): number | null {
  const announced = c.req.raw.headers.get('content-length');
  if (announced === null) return null;
  if (Number(announced) > maxBytes) throw tooLarge(maxBytes);
  return Number(announced);
}

export function tooLarge(maxBytes: number): Fault {
  return new Fault(
    'too_large',
    'body_too_large',
    `The body is larger than ${maxBytes} bytes. Send it in parts.`,
  );
}

async function readBytes(c: Exchange, maxBytes: number): Promise<Uint8Array> {
  // An announced length is kept by the HTTP parser; a body without one has to be counted.
  if (checkLength(c, maxBytes) !== null) return readAnnounced(c.req.raw);
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of c.req.raw.body ?? []) {
    length += part.byteLength;
    if (length > maxBytes) throw tooLarge(maxBytes);
    parts.push(part);
  }
  return join(parts, length);
}

async function readAnnounced(raw: RawRequest): Promise<Uint8Array> {
  return raw.readBody === undefined ? new Uint8Array(await raw.arrayBuffer()) : raw.readBody();
}

export function bodyInterrupted(cause: unknown): Fault {
  return new Fault('invalid', 'body_interrupted', 'The connection ended before the whole body had come.', {
    cause,
  });
}

function join(parts: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}

function decode(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes);
  } catch (cause) {
    throw new Fault('invalid', 'not_utf8', 'The body is not UTF-8. JSON is always sent as UTF-8.', { cause });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    if (text.trim() === '') {
      throw new Fault('invalid', 'invalid_json', 'The body is empty. Send a JSON object.', { cause });
    }
    const { line, column } = findJsonError(text);
    const message = `The body is not JSON: it breaks at line ${line}, column ${column}.`;
    throw new Fault('invalid', 'invalid_json', message, {
      cause,
      problems: [{ line, message: `column ${column}` }],
    });
  }
}

function isWithinDepth(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (levels === 0) return false;
  for (const child of Array.isArray(value) ? (value as unknown[]) : Object.values(value)) {
    if (typeof child === 'object' && !isWithinDepth(child, levels - 1)) return false;
  }
  return true;
}
