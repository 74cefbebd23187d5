import type { DatabaseSync } from 'node:sqlite';
import type { Carry } from '#domain/effect.ts';
import type { Removal } from '#ports/store/documents.ts';
import { checkEmbedder } from '../../sql/embedder-changed.ts';
import { checkDocuments, checkPublish, COUNT_VISIBLE } from '../../sql/publish-conflicts.ts';
import { versionGone } from '../../sql/version-gone.ts';
import { carryAnswers } from '../carried.ts';
import { beginEpoch, noteChange } from './epochs.ts';
import { tellEvent } from '../outbox.ts';
import { writeTags } from './tags.ts';

interface VersionRow {
  readonly document_id: number;
  readonly name: string;
  readonly published_at_version: number | null;
  readonly item_id: number;
  readonly tags: string | null;
  readonly had_tags: string;
  readonly embedder: string;
  readonly serving: string | null;
  readonly visible_item_id: number | null;
  readonly has_twin: number;
}

export interface Published {
  readonly projectId: number;
  readonly versionId: number;
  readonly carry?: Carry | null;
  readonly most?: number | null;
}

/**
 * Makes a staged version visible in place of the one before and returns the corpus version this made. To be called
 * inside the caller's transaction. A version that was published before stays as it is: the effect is idempotent.
 *
 * @throws Fault `version_gone` when it was swept away, or is another project's; `superseded`, `same_content`;
 * `embedder_changed`
 */
export function publishVersion(db: DatabaseSync): (published: Published, now: number) => number {
  const find = db.prepare(`
    select v.document_id, d.name, v.published_at_version, v.item_id, v.tags, d.tags as had_tags, v.embedder,
      (select embedder from projects where id = v.project_id) as serving, seen.item_id as visible_item_id,
      exists (select 1 from document_versions twin where twin.project_id = v.project_id
        and twin.sha256 = v.sha256 and twin.status = 'published') as has_twin
    from document_versions v join documents d on d.id = v.document_id
      left join document_versions seen on seen.id = d.version_id
    where v.id = ? and v.project_id = ?`);
  const replaceTags = writeTags(db);
  const raise = raiseCorpusVersion(db);
  const retire = retireVisible(db);
  const note = noteChange(db);
  const carryOn = carryAnswers(db);
  const tell = tellEvent(db);
  const publish = db.prepare(
    "update document_versions set status = 'published', published_at_version = ? where id = ?",
  );
  const point = db.prepare('update documents set version_id = ?, updated_at = ? where id = ?');

  const count = db.prepare(COUNT_VISIBLE.replace('$1', '?'));

  return ({ projectId, versionId, carry = null, most = null }, now) => {
    const version = find.get(versionId, projectId) as VersionRow | undefined;
    if (version === undefined) throw versionGone(versionId);
    if (version.published_at_version !== null) return version.published_at_version;
    checkEmbedder(version.embedder, version.serving);
    checkPublish(version.item_id, {
      visibleItemId: version.visible_item_id,
      hasTwin: version.has_twin === 1,
    });
    if (most !== null && version.visible_item_id === null)
      checkDocuments(count.get(projectId)?.['n'] as number, most);
    const corpusVersion = raise(projectId);
    const before = retire(version.document_id, corpusVersion);
    publish.run(corpusVersion, versionId);
    point.run(versionId, now, version.document_id);
    if (version.tags !== null) replaceTags(projectId, version.document_id, JSON.parse(version.tags));
    const hasNewEpoch = note(projectId, corpusVersion, { before, after: versionId }, now);
    carryOn({
      projectId,
      corpusVersion,
      documentId: version.document_id,
      kind: before === null ? 'added' : 'changed',
      before,
      tags: before === null ? null : version.had_tags,
      hasNewEpoch,
      carry,
      now,
    });
    const detail = { name: version.name, corpusVersion, isNew: before === null };
    tell({ projectId, event: 'document.published', subject: version.document_id, detail }, now);
    return corpusVersion;
  };
}

/** Takes a document out of sight; false when there is none to see. */
export function removeDocument(
  db: DatabaseSync,
): (projectId: number, documentId: number, removal: Removal) => boolean {
  const untag = writeTags(db);
  const hide = db.prepare(
    'update documents set version_id = null, updated_at = ? where id = ? and project_id = ? and version_id is not null returning name, tags',
  );
  const raise = raiseCorpusVersion(db);
  const retire = retireVisible(db);
  const note = noteChange(db);
  const carryOn = carryAnswers(db);
  const tell = tellEvent(db);

  return (projectId, documentId, { now, carry = null }) => {
    const hidden = hide.get(now, documentId, projectId);
    if (hidden === undefined) return false;
    const corpusVersion = raise(projectId);
    const before = retire(documentId, corpusVersion);
    untag(projectId, documentId, []);
    const hasNewEpoch = note(projectId, corpusVersion, { before, after: null }, now);
    const tags = hidden['tags'] as string;
    carryOn({ projectId, corpusVersion, documentId, kind: 'removed', before, tags, hasNewEpoch, carry, now });
    const detail = { name: hidden['name'] as string, corpusVersion };
    tell({ projectId, event: 'document.deleted', subject: documentId, detail }, now);
    return true;
  };
}

/** Counts the corpus anew, whatever it says of itself; raises the corpus version, since scores move with it. */
export function recountCorpus(db: DatabaseSync): (projectId: number, now: number) => void {
  const raise = raiseCorpusVersion(db);
  const begin = beginEpoch(db);
  const carryOn = carryAnswers(db);
  return (projectId, now) => {
    const corpusVersion = raise(projectId);
    begin(projectId, corpusVersion, now);
    const what = { documentId: null, before: null, tags: null, hasNewEpoch: true, carry: null } as const;
    carryOn({ projectId, corpusVersion, kind: 'recounted', ...what, now });
  };
}

export function raiseCorpusVersion(db: DatabaseSync): (projectId: number) => number {
  const raise = db.prepare(
    'update projects set corpus_version = corpus_version + 1 where id = ? returning corpus_version',
  );
  return (projectId) => (raise.get(projectId) as { corpus_version: number }).corpus_version;
}

/** Gives the version that was visible. */
function retireVisible(db: DatabaseSync): (documentId: number, corpusVersion: number) => number | null {
  const retire = db.prepare(`
    update document_versions set status = 'retired', retired_at_version = ?
    where document_id = ? and status = 'published' returning id`);
  return (documentId, corpusVersion) =>
    (retire.get(corpusVersion, documentId)?.['id'] as number | undefined) ?? null;
}
