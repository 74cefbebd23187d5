import type { CopiedKind, CopiedProject, CopiedRow, IdRanges } from '#domain/project-copy.ts';
import type { Project } from '#domain/project.ts';
import type { Blobs } from '#ports/blobs.ts';
import type { Clock } from '#ports/log.ts';
import type { Store } from '#ports/store/store.ts';

export const COPY_FORMAT = 1;

/** A project on its way, in the order in which its parts come. */
export type CopyPart =
  | { readonly kind: 'head'; readonly head: CopyHead }
  | { readonly kind: 'rows'; readonly of: CopiedKind; readonly rows: readonly CopiedRow[] }
  /** A piece of an uploaded file. */
  | { readonly kind: 'file'; readonly sha256: string; readonly bytes: Uint8Array; readonly isLast: boolean }
  | { readonly kind: 'end'; readonly counts: CopyCounts };

export interface CopyHead {
  readonly format: number;
  /** Of Preheat. */
  readonly version: string;
  readonly name: string;
  readonly copiedAt: number;
  readonly project: CopiedProject;
  readonly ranges: IdRanges;
}

/** Rows by kind, and `files`. */
export type CopyCounts = Readonly<Record<string, number>>;

export interface CopyProjectDeps {
  readonly store: Pick<Store, 'copies'>;
  readonly blobs: Pick<Blobs, 'get'>;
  readonly clock: Clock;
  readonly version: string;
}

/**
 * All that a project has, as of one moment: documents with their passages and vectors, answers with what they rest on,
 * judgements, misses, schedules, webhooks without their secrets, catalogue records, settings, figures by the hour, what
 * batches came to, and uploaded files that were kept. Batches, keys, sessions and the audit stay where they are.
 */
export async function* copyProject(deps: CopyProjectDeps, project: Project): AsyncGenerator<CopyPart> {
  const { store, blobs, clock, version } = deps;
  const copy = await store.copies.read(project.id);
  const head = { format: COPY_FORMAT, version, name: project.name, copiedAt: clock() };
  yield { kind: 'head', head: { ...head, project: copy.project, ranges: copy.ranges } };
  const counts: Record<string, number> = {};
  const files = new Set<string>();
  for await (const { kind, rows } of copy.groups) {
    counts[kind] = (counts[kind] ?? 0) + rows.length;
    if (kind === 'versions') for (const row of rows) files.add(row['sha256'] as string);
    yield { kind: 'rows', of: kind, rows };
  }
  let kept = 0;
  for (const sha256 of files) {
    const content = await blobs.get(sha256);
    if (content === null) continue;
    kept += 1;
    for await (const bytes of content) yield { kind: 'file', sha256, bytes, isLast: false };
    yield { kind: 'file', sha256, bytes: new Uint8Array(), isLast: true };
  }
  yield { kind: 'end', counts: { ...counts, files: kept } };
}
