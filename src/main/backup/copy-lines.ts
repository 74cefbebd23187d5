import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { z } from 'zod';
import { broken } from '#core/platform/bring-in-project.ts';
import type { CopyPart } from '#core/platform/copy-project.ts';
import { COPIED_KINDS, columnsOf } from '#domain/project-copy.ts';
import type { CopiedKind, CopiedRow } from '#domain/project-copy.ts';

/** Longer ones were not written by us: one row may hold all items of a schedule. */
const MOST_LINE = 64 * 2 ** 20;

/** A copy as JSON lines, bytes in base64; the last line has the digest of all before it. */
export async function* writeCopy(parts: AsyncIterable<CopyPart>): AsyncGenerator<Uint8Array> {
  const sum = createHash('sha256');
  for await (const part of parts) {
    const line =
      part.kind === 'end' ? { ...part, sha256: sum.copy().digest('hex') } : { ...part, ...written(part) };
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
    sum.update(bytes);
    yield bytes;
  }
}

function written(part: CopyPart): object {
  if (part.kind === 'file') return { bytes: Buffer.from(part.bytes).toString('base64') };
  if (part.kind !== 'rows') return {};
  const names = bytesIn(part.of);
  return {
    rows: part.rows.map((row) => ({
      ...row,
      ...Object.fromEntries(names.map((name) => [name, base64Of(row[name] ?? null)])),
    })),
  };
}

function base64Of(value: CopiedRow[string]): string | null {
  return value === null ? null : Buffer.from(value as Uint8Array).toString('base64');
}

/** @throws Fault invalid `copy_broken` */
export async function* readCopy(body: AsyncIterable<Uint8Array>): AsyncGenerator<CopyPart> {
  const sum = createHash('sha256');
  let number = 0;
  for await (const line of linesOf(body)) {
    number += 1;
    const part = read(line, number);
    if (part.kind === 'end') checkSum(sum, part.sha256);
    sum.update(line).update('\n');
    yield part as CopyPart;
  }
}

function checkSum(sum: Hash, said: string): void {
  if (sum.copy().digest('hex') !== said) throw broken('its digest is another');
}

const Value = z.union([z.string(), z.number(), z.null()]);
const Range = z.tuple([z.int(), z.int()]).nullable();
/** Of the numbers 1 to n: more than a project ever has would use up the ids of batches. */
const Numbers = z.tuple([z.literal(1), z.int().min(1).max(4_000_000)]).nullable();
const Line = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('head'),
    head: z.object({
      format: z.number(),
      version: z.string(),
      name: z.string(),
      copiedAt: z.number(),
      project: z.object({
        settings: z.string().refine(isObject),
        embedder: z.string().nullable(),
        embedder_reach: z.string().nullable(),
        epoch: z.int().min(0),
        epoch_chunks: z.int().min(0),
        epoch_changed: z.int().min(0),
      }),
      ranges: z.object({
        documents: Range,
        versions: Range,
        chunks: Range,
        answers: Range,
        reports: Numbers,
      }),
    }),
  }),
  z.object({
    kind: z.literal('rows'),
    of: z.enum(COPIED_KINDS),
    rows: z.array(z.record(z.string(), Value)),
  }),
  z.object({
    kind: z.literal('file'),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    bytes: z.string(),
    isLast: z.boolean(),
  }),
  z.object({ kind: z.literal('end'), counts: z.record(z.string(), z.int()), sha256: z.string() }),
]);

type Read = CopyPart & { readonly sha256?: string };

function read(line: Uint8Array, number: number): Read & { readonly sha256: string } {
  let given: unknown;
  try {
    given = JSON.parse(Buffer.from(line).toString('utf8'));
  } catch {
    throw broken(`line ${number} is no JSON`);
  }
  const parsed = Line.safeParse(given);
  if (!parsed.success) throw broken(`line ${number} is none of a copy`);
  const part = parsed.data;
  if (part.kind === 'file') return { ...part, bytes: Buffer.from(part.bytes, 'base64') };
  if (part.kind !== 'rows') return part as Read & { readonly sha256: string };
  const names = bytesIn(part.of);
  const rows = part.rows.map((row) => ({
    ...row,
    ...Object.fromEntries(names.map((name) => [name, bytesOf(row[name] ?? null)])),
  }));
  return { kind: 'rows', of: part.of, rows, sha256: '' };
}

function bytesOf(value: string | number | null): Uint8Array | string | number | null {
  return typeof value === 'string' ? new Uint8Array(Buffer.from(value, 'base64')) : value;
}

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

function bytesIn(kind: CopiedKind): readonly string[] {
  return columnsOf(kind).flatMap(([name, type]) => (type.startsWith('bytes') ? [name] : []));
}

async function* linesOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    let rest = chunk;
    for (let end = rest.indexOf(10); end !== -1; end = rest.indexOf(10)) {
      yield Buffer.concat([...parts, rest.subarray(0, end)]);
      parts = [];
      length = 0;
      rest = rest.subarray(end + 1);
    }
    if (rest.length > 0) parts.push(rest);
    length += rest.length;
    if (length > MOST_LINE) throw broken('a line has no end');
  }
  if (length > 0) throw broken('its last line is cut off');
}
