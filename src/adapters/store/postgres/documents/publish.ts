import type { Statements } from '#clients/postgres.ts';
import type { Carry } from '#domain/effect.ts';
import type { Removal } from '#ports/store/documents.ts';
import { checkEmbedder } from '../../sql/embedder-changed.ts';
import { checkDocuments, checkPublish, COUNT_VISIBLE } from '../../sql/publish-conflicts.ts';
import { versionGone } from '../../sql/version-gone.ts';
import { carryAnswers } from '../carried.ts';
import { tellEvent } from '../outbox.ts';
import type { Session } from '../session.ts';
import { beginEpoch, noteChange } from './epochs.ts';
import { writeTags } from './tags.ts';

const FIND = `
  select v.document_id, d.name, v.published_at_version, v.item_id, v.tags, d.tags as had_tags, v.embedder,
         (select embedder from projects where id = v.project_id) as serving, seen.item_id as visible_item_id,
         exists (select 1 from document_versions twin where twin.project_id = v.project_id
                    and twin.sha256 = v.sha256 and twin.status = 'published') as has_twin
    from document_versions v join documents d on d.id = v.document_id
    left join document_versions seen on seen.id = d.version_id
   where v.id = $1 and v.project_id = $2`;

/** The project's row is locked first by everything that publishes: corpus versions are given out one at a time. */
const RAISE =
  'update projects set corpus_version = corpus_version + 1 where id = $1 returning corpus_version';

const RETIRE = `
  update document_versions set status = 'retired', retired_at_version = $1
   where document_id = $2 and status = 'published' returning id`;

const PUBLISH = `
  update document_versions set status = 'published', published_at_version = $1 where id = $2 and status = 'staged'`;

export interface Published {
  readonly projectId: number;
  readonly versionId: number;
  readonly carry?: Carry | null;
  readonly most?: number | null;
}

/**
 * Makes a staged version visible in place of the one before and returns the corpus version this made, inside the
 * caller's transaction. A version that was published before stays as it is: the effect is idempotent.
 *
 * @throws Fault `version_gone` when it was swept away, or is another project's; `superseded`, `same_content`
 */
export async function publishVersion(
  tx: Statements,
  { projectId, versionId, carry = null, most = null }: Published,
  now: number,
): Promise<number> {
  await tx.all('select id from projects where id = $1 for no key update', [projectId]);
  const version = await tx.first(FIND, [versionId, projectId]);
  if (version === undefined) throw versionGone(versionId);
  if (version['published_at_version'] !== null) return version['published_at_version'] as number;
  checkEmbedder(version['embedder'] as string, version['serving'] as string | null);
  checkPublish(version['item_id'] as number, {
    visibleItemId: version['visible_item_id'] as number | null,
    hasTwin: version['has_twin'] as boolean,
  });
  if (most !== null && version['visible_item_id'] === null)
    checkDocuments((await tx.first(COUNT_VISIBLE, [projectId]))?.['n'] as number, most);
  const corpusVersion = await raiseCorpusVersion(tx, projectId);
  const before = await retire(tx, version['document_id'] as number, corpusVersion);
  // Swept away since it was found.
  if ((await tx.run(PUBLISH, [corpusVersion, versionId])) === 0) throw versionGone(versionId);
  await tx.run('update documents set version_id = $1, updated_at = $2 where id = $3', [
    versionId,
    now,
    version['document_id'],
  ]);
  const tags = version['tags'] as string | null;
  if (tags !== null) await writeTags(tx, projectId, version['document_id'] as number, tags);
  const hasNewEpoch = await noteChange({ tx, projectId, corpusVersion, now }, { before, after: versionId });
  await carryAnswers(tx, {
    projectId,
    corpusVersion,
    documentId: version['document_id'] as number,
    kind: before === null ? 'added' : 'changed',
    before,
    tags: before === null ? null : (version['had_tags'] as string),
    hasNewEpoch,
    carry,
    now,
  });
  const detail = { name: version['name'] as string, corpusVersion, isNew: before === null };
  const subject = version['document_id'] as number;
  await tellEvent(tx, { projectId, event: 'document.published', subject, detail }, now);
  return corpusVersion;
}

export async function raiseCorpusVersion(tx: Statements, projectId: number): Promise<number> {
  return (await tx.first(RAISE, [projectId]))?.['corpus_version'] as number;
}

/** Gives the version that was visible. */
async function retire(tx: Statements, documentId: number, corpusVersion: number): Promise<number | null> {
  return ((await tx.first(RETIRE, [corpusVersion, documentId]))?.['id'] as number | undefined) ?? null;
}

const HIDE = `
  update documents set version_id = null, updated_at = $3
   where id = $1 and project_id = $2 and version_id is not null returning name, tags`;

/** Takes a document out of sight; false when there is none to see. */
export function removeDocument(session: Session) {
  return (projectId: number, documentId: number, { now, carry = null }: Removal): Promise<boolean> =>
    session.transaction(async (tx) => {
      await tx.all('select id from projects where id = $1 for no key update', [projectId]);
      const hidden = await tx.first(HIDE, [documentId, projectId, now]);
      if (hidden === undefined) return false;
      const corpusVersion = await raiseCorpusVersion(tx, projectId);
      const before = await retire(tx, documentId, corpusVersion);
      await writeTags(tx, projectId, documentId, '[]');
      const hasNewEpoch = await noteChange({ tx, projectId, corpusVersion, now }, { before, after: null });
      const tags = hidden['tags'] as string;
      const what = { documentId, kind: 'removed', before, tags, hasNewEpoch, carry } as const;
      await carryAnswers(tx, { projectId, corpusVersion, ...what, now });
      const detail = { name: hidden['name'] as string, corpusVersion };
      await tellEvent(tx, { projectId, event: 'document.deleted', subject: documentId, detail }, now);
      return true;
    });
}

/** Counts the corpus anew, whatever it says of itself; raises the corpus version, since scores move with it. */
export function recountCorpus(session: Session) {
  return (projectId: number, now: number): Promise<void> =>
    session.transaction(async (tx) => {
      const corpusVersion = await raiseCorpusVersion(tx, projectId);
      await beginEpoch({ tx, projectId, corpusVersion, now });
      const what = { documentId: null, before: null, tags: null, hasNewEpoch: true, carry: null } as const;
      await carryAnswers(tx, { projectId, corpusVersion, kind: 'recounted', ...what, now });
    });
}
