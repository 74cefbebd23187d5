import { Fault } from '#domain/fault.ts';
import type { Problem } from '#domain/fault.ts';
import type { Clock } from '#ports/log.ts';
import type { DocumentName, DocumentStore } from '#ports/store/documents.ts';
import type { CarryOf } from './delete-document.ts';
import { documentNameOf } from './receive-file.ts';

export interface SyncDeps {
  readonly documents: Pick<DocumentStore, 'manifest' | 'holding' | 'remove'>;
  readonly carryOf: CarryOf;
  readonly clock: Clock;
}

/** What is in a folder: every file that shall be a document, and no other. */
export interface Manifest {
  /** The folder's place among the documents: it answers for the names below it, and for no others. `''`: for all. */
  readonly prefix: string;
  readonly files: readonly ManifestFile[];
  /** Documents without a file are deleted. */
  readonly isDeleting: boolean;
  /** An empty folder may delete everything: more often it is a disk that is not there. */
  readonly mayBeEmpty: boolean;
}

export interface ManifestFile {
  /** Inside the folder. */
  readonly name: string;
  /** Hex SHA-256 of its bytes. */
  readonly sha256: string;
}

/** What it takes to bring the documents in step with the folder. */
export interface SyncPlan {
  readonly send: readonly {
    readonly name: string;
    readonly document: string;
    readonly why: 'missing' | 'changed';
  }[];
  /** Files whose bytes another document holds, or another file to be sent: the same content is indexed once. */
  readonly duplicates: readonly {
    readonly name: string;
    readonly document: string;
    readonly sameAs: string;
  }[];
  readonly unchanged: number;
  /** Documents without a file. */
  readonly gone: readonly { readonly id: number; readonly document: string }[];
  readonly deleted: number;
}

const PIECE = 2_000;

/** All empty files have the same bytes, and nothing else in common. */
const EMPTY_FILE = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/**
 * Compares a folder with the documents below its prefix. It changes nothing but what it deletes, and may be repeated.
 *
 * @throws Fault invalid `bad_manifest`; refused `empty_manifest`
 */
export async function syncDocuments(
  deps: SyncDeps,
  projectId: number,
  manifest: Manifest,
): Promise<SyncPlan> {
  const prefix = prefixOf(manifest.prefix);
  const files = filesOf(manifest.files, prefix);
  const visible = await visibleBelow(deps, projectId, prefix);
  const gone = [...visible.values()].filter(({ name }) => !files.has(name));
  if (manifest.isDeleting && files.size === 0 && gone.length > 0 && !manifest.mayBeEmpty) {
    throw new Fault(
      'refused',
      'empty_manifest',
      `No file is named, so ${gone.length} documents would be deleted. Nothing was. If that is meant, say allowEmpty.`,
    );
  }
  const deleted = manifest.isDeleting ? await deleteAll(deps, projectId, gone) : 0;
  const changed = [...files.values()].filter(({ document, sha256 }) => {
    const known = visible.get(document);
    return known !== undefined && known.sha256 !== sha256;
  });
  const missing = [...files.values()].filter(({ document }) => !visible.has(document));
  const { fresh, duplicates } = await withoutDuplicates(deps, projectId, missing);
  return {
    send: [
      ...fresh.map(({ name, document }) => ({ name, document, why: 'missing' as const })),
      ...changed.map(({ name, document }) => ({ name, document, why: 'changed' as const })),
    ],
    duplicates,
    unchanged: files.size - missing.length - changed.length,
    gone: gone.map(({ id, name }) => ({ id, document: name })),
    deleted,
  };
}

interface NamedFile extends ManifestFile {
  /** The name of the document that it is, or will be. */
  readonly document: string;
}

/** `handbook` and `handbook/` are the same folder, and `hand` is another. */
function prefixOf(prefix: string): string {
  return prefix.trim() === '' ? '' : `${documentNameOf(prefix)}/`;
}

/** By the names of their documents. Names that become the same, such as two forms of an accent, are told. */
function filesOf(files: readonly ManifestFile[], prefix: string): ReadonlyMap<string, NamedFile> {
  const named = new Map<string, NamedFile>();
  const problems: Problem[] = [];
  for (const [index, { name, sha256 }] of files.entries()) {
    const field = `files[${index}].name`;
    try {
      const document = documentNameOf(`${prefix}${name}`);
      if (!document.startsWith(prefix) || document.length <= prefix.length)
        problems.push({ field, message: 'is not the name of a file in the folder' });
      else if (named.has(document)) problems.push({ field, message: `names ${document} a second time` });
      else named.set(document, { name, sha256, document });
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      problems.push({ field, message: error.message });
    }
  }
  const [first] = problems;
  if (first === undefined) return named;
  throw new Fault('invalid', 'bad_manifest', `The manifest cannot be used: ${first.field} ${first.message}`, {
    problems: problems.slice(0, 100),
  });
}

async function visibleBelow(
  { documents }: SyncDeps,
  projectId: number,
  prefix: string,
): Promise<Map<string, DocumentName>> {
  const visible = new Map<string, DocumentName>();
  let page: readonly DocumentName[];
  let after = 0;
  do {
    page = await documents.manifest(projectId, { prefix, after, limit: PIECE });
    for (const document of page) visible.set(document.name, document);
    after = page.at(-1)?.id ?? after;
  } while (page.length === PIECE);
  return visible;
}

/** One by one: each is a change of the documents for itself, and whoever asks meanwhile is answered from what is left. */
async function deleteAll(
  { documents, carryOf, clock }: SyncDeps,
  projectId: number,
  gone: readonly DocumentName[],
): Promise<number> {
  let deleted = 0;
  for (const { id } of gone) {
    const carry = await carryOf(projectId, { documentId: id });
    if (await documents.remove(projectId, id, { now: clock(), carry })) deleted += 1;
  }
  return deleted;
}

/** What would be sent and then skipped, time and again, since its bytes are there under another name. */
async function withoutDuplicates(
  { documents }: SyncDeps,
  projectId: number,
  missing: readonly NamedFile[],
): Promise<{ readonly fresh: readonly NamedFile[]; readonly duplicates: SyncPlan['duplicates'] }> {
  const holders = new Map<string, string>();
  for (let at = 0; at < missing.length; at += PIECE) {
    const asked = missing.slice(at, at + PIECE).map(({ sha256 }) => sha256);
    for (const { sha256, name } of await documents.holding(projectId, asked)) holders.set(sha256, name);
  }
  const fresh: NamedFile[] = [];
  const duplicates: SyncPlan['duplicates'][number][] = [];
  for (const file of missing) {
    const { name, document, sha256 } = file;
    const sameAs = sha256 === EMPTY_FILE ? undefined : holders.get(sha256);
    if (sameAs === undefined) {
      fresh.push(file);
      holders.set(sha256, document);
    } else {
      duplicates.push({ name, document, sameAs });
    }
  }
  return { fresh, duplicates };
}
