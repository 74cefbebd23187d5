import { Fault } from '#domain/fault.ts';
import { arrivingRow } from '#domain/arriving-row.ts';
import { COPIED_KINDS } from '#domain/project-copy.ts';
import type { CopiedKind, CopiedRow } from '#domain/project-copy.ts';
import type { Project } from '#domain/project.ts';
import type { Blobs } from '#ports/blobs.ts';
import type { Clock, Log } from '#ports/log.ts';
import type { Sealer } from '#ports/sealer.ts';
import type { Arrival } from '#ports/store/copies.ts';
import type { Store } from '#ports/store/store.ts';
import { ArrivingKeys } from './arriving-keys.ts';
import { COPY_FORMAT } from './copy-project.ts';
import type { CopyCounts, CopyHead, CopyPart } from './copy-project.ts';
import { secretAbout } from './deliver-webhooks.ts';
import { mintWebhookSecret } from './sign-webhook.ts';

export interface BringInDeps {
  readonly store: Pick<Store, 'copies' | 'projects'>;
  readonly blobs: Pick<Blobs, 'put'>;
  readonly sealer: Sealer;
  readonly maxFileBytes: number;
  readonly clock: Clock;
  readonly log: Log;
}

export interface BroughtIn {
  readonly project: Project;
  readonly counts: CopyCounts;
}

/**
 * Puts a copy of a project in place under a name. Nobody sees any of it before all is there and counted; when it breaks
 * off it is removed, by this process or by the next look of another. Schedules and webhooks come switched off, and answers
 * are looked at again before they are given.
 *
 * @throws Fault conflict `project_exists`; invalid `not_a_copy`, `copy_broken`
 */
export async function bringInProject(
  deps: BringInDeps,
  name: string,
  parts: AsyncIterable<CopyPart>,
): Promise<BroughtIn> {
  const { store, clock, log } = deps;
  if ((await store.projects.findByName(name)) !== null) throw projectExists(name);
  const coming = parts[Symbol.asyncIterator]();
  const head = await headOf(coming);
  const arrival = await store.copies.begin(head.ranges, clock());
  try {
    const counts = await putInPlace(deps, { arrival, head, coming });
    const project = await store.copies.finish(arrival.projectId, name, head.project, clock());
    if (project === null) throw projectExists(name);
    log('info', 'project_brought_in', { project: name, from: head.name });
    return { project, counts };
  } catch (error) {
    await store.copies.abandon(arrival.projectId, clock());
    throw error;
  } finally {
    await coming.return?.();
  }
}

interface Coming {
  readonly arrival: Arrival;
  readonly head: CopyHead;
  readonly coming: AsyncIterator<CopyPart>;
}

async function headOf(coming: AsyncIterator<CopyPart>): Promise<CopyHead> {
  const first = await coming.next();
  if (first.done === true || first.value.kind !== 'head')
    throw new Fault(
      'invalid',
      'not_a_copy',
      'This is no copy of a project: take one with "preheat projects export".',
    );
  const { head } = first.value;
  if (head.format === COPY_FORMAT) return head;
  throw new Fault(
    'invalid',
    'not_a_copy',
    `The copy is of format ${head.format}, and this version reads ${COPY_FORMAT}: bring it in with Preheat ${head.version} or newer.`,
  );
}

async function putInPlace(deps: BringInDeps, { arrival, head, coming }: Coming): Promise<CopyCounts> {
  const counts: Record<string, number> = {};
  const count = (what: string, by: number): void => void (counts[what] = (counts[what] ?? 0) + by);
  const files = new Set<string>();
  const keys = new ArrivingKeys();
  let at = 0;
  for (;;) {
    const { value: part, done } = await coming.next();
    if (done === true) throw broken('it ends before its last line');
    if (part.kind === 'head') throw broken('it has two beginnings');
    if (part.kind === 'end') {
      checkCounts(counts, part.counts);
      return { ...part.counts };
    }
    if (part.kind === 'file') {
      if (!files.has(part.sha256)) throw broken(`no document was made from the file ${part.sha256}`);
      await keepFile(deps, part, coming);
      count('files', 1);
      continue;
    }
    if (COPIED_KINDS.indexOf(part.of) < at) throw broken(`${part.of} come too late`);
    at = COPIED_KINDS.indexOf(part.of);
    const rows = part.rows.map((row) => keys.place(part.of, placed(part.of, row, { arrival, head })));
    if (part.of === 'versions') for (const row of rows) files.add(row['sha256'] as string);
    count(part.of, await write(deps, arrival, { kind: part.of, rows }));
  }
}

function placed(
  kind: CopiedKind,
  row: CopiedRow,
  { arrival: { shifts }, head: { ranges } }: Pick<Coming, 'arrival' | 'head'>,
): CopiedRow {
  let arriving: CopiedRow | string;
  try {
    arriving = arrivingRow(kind, row, { ranges, shifts });
  } catch {
    arriving = 'it cannot be read';
  }
  if (typeof arriving === 'string') throw broken(`a row of ${kind}: ${arriving}`);
  return arriving;
}

async function write(
  { store, sealer, clock }: BringInDeps,
  { projectId }: Arrival,
  group: { readonly kind: CopiedKind; readonly rows: readonly CopiedRow[] },
): Promise<number> {
  if (group.kind !== 'webhooks') return store.copies.write(projectId, group, clock());
  let written = 0;
  // Nobody knows these secrets: whoever switches a webhook on makes a new one first.
  for (const row of group.rows) {
    const secret = sealer.seal(mintWebhookSecret(), secretAbout(projectId));
    written += await store.copies.write(projectId, { kind: 'webhooks', rows: [row], secret }, clock());
  }
  return written;
}

async function keepFile(
  { blobs, maxFileBytes }: BringInDeps,
  first: CopyPart & { readonly kind: 'file' },
  coming: AsyncIterator<CopyPart>,
): Promise<void> {
  const { sha256 } = await blobs.put(piecesOf(first, coming), maxFileBytes);
  if (sha256 !== first.sha256) throw broken(`the file ${first.sha256} is another`);
}

async function* piecesOf(
  first: CopyPart & { readonly kind: 'file' },
  coming: AsyncIterator<CopyPart>,
): AsyncGenerator<Uint8Array> {
  let piece = first;
  for (;;) {
    if (piece.bytes.length > 0) yield piece.bytes;
    if (piece.isLast) return;
    const next = await coming.next();
    if (next.done === true || next.value.kind !== 'file' || next.value.sha256 !== first.sha256)
      throw broken(`the file ${first.sha256} is cut off`);
    piece = next.value;
  }
}

function checkCounts(found: CopyCounts, said: CopyCounts): void {
  for (const what of [...COPIED_KINDS, 'files']) {
    const [is, was] = [found[what] ?? 0, said[what] ?? 0];
    if (is !== was) throw broken(`${was} ${what} were copied, and ${is} are there`);
  }
}

function projectExists(name: string): Fault {
  return new Fault(
    'conflict',
    'project_exists',
    `There is a project "${name}" already: give another name, or delete that one first.`,
  );
}

export function broken(why: string): Fault {
  return new Fault(
    'invalid',
    'copy_broken',
    `The copy is damaged: ${why}. Nothing of it was kept: take another copy.`,
  );
}
