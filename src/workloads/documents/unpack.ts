import type { Child } from '#domain/catalogue.ts';
import { Fault } from '#domain/fault.ts';
import type { Outcome } from '#domain/outcome.ts';
import type { ArchiveLimits, ArchivedFile, Archives, OpenArchive } from '#ports/archives.ts';
import type { Blobs } from '#ports/blobs.ts';
import type { RunContext } from '#ports/workload.ts';
import { payloadOf, refusedPayload } from './file.ts';
import type { IncomingVersion } from './incoming-version.ts';

export interface UnpackDeps {
  readonly blobs: Pick<Blobs, 'get' | 'put'>;
  readonly archives: Archives;
  readonly archiveLimits: ArchiveLimits;
}

/**
 * Takes an archive apart: each of its files becomes an item of the same batch, those that cannot be taken too, so
 * that each ends with its own reason. Null when it is a document that is a zip inside.
 */
export async function unpack(
  deps: UnpackDeps,
  archive: IncomingVersion,
  context: RunContext,
): Promise<Outcome | null> {
  const content = await deps.blobs.get(archive.sha256);
  if (content === null) return null;
  context.report({ name: 'unpacking' });
  const opened = await deps.archives.open(content, deps.archiveLimits);
  if (opened === null) return null;
  try {
    const children = await childrenOf(deps, { archive, opened, context });
    if (children.length === 0) throw new Fault('refused', 'no_files', 'The archive holds no files.');
    const result = { archive: archive.name, files: children.length };
    return { kind: 'completed', result, effects: [{ kind: 'children', children }] };
  } finally {
    await opened.close();
  }
}

interface Unpacking {
  readonly archive: IncomingVersion;
  readonly opened: OpenArchive;
  readonly context: RunContext;
}

async function childrenOf(deps: UnpackDeps, { archive, opened, context }: Unpacking): Promise<Child[]> {
  const children: Child[] = [];
  const total = opened.files.length;
  for (const [index, file] of opened.files.entries()) {
    context.signal.throwIfAborted();
    context.report({ name: 'unpacking', unit: 'file', done: index + 1, total });
    const payload = await keep(deps, archive, file);
    children.push({
      key: `${archive.sha256.slice(0, 16)} ${index} ${file.name}`,
      depth: 1,
      priority: 0,
      payload,
    });
  }
  return children;
}

async function keep(
  { blobs, archiveLimits }: UnpackDeps,
  archive: IncomingVersion,
  file: ArchivedFile,
): Promise<Child['payload']> {
  const name = `${archive.name}/${visibleName(file.name)}`;
  if (file.refused !== null) return refusedPayload(name, file.refused);
  try {
    const { sha256, bytes } = await blobs.put(file.content(), archiveLimits.maxFileBytes);
    return payloadOf({ name, sha256, bytes, mediaType: '', tags: archive.tags, isZip: false });
  } catch (error) {
    if (!(error instanceof Fault) || error.kind === 'unavailable' || error.kind === 'internal') throw error;
    return refusedPayload(name, error);
  }
}

/** As much of a name as can be shown and kept; what leads elsewhere was refused before. */
function visibleName(name: string): string {
  const parts = name
    .normalize('NFC')
    .replace(/\p{Cc}/gu, '')
    .split(/[\\/]/)
    .filter((part) => part !== '' && part !== '.' && part !== '..');
  return parts.join('/').slice(-200) || 'unnamed';
}
