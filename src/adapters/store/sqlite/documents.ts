import type { DatabaseSync } from 'node:sqlite';
import type { DocumentStore } from '#ports/store/documents.ts';
import { fileUses } from './documents/file-uses.ts';
import { documentReads } from './documents/list.ts';
import { manifestScans } from './documents/manifest.ts';
import { passageReads } from './documents/passages.ts';
import { raiseCorpusVersion, recountCorpus, removeDocument } from './documents/publish.ts';
import { stagingWrites } from './documents/stage.ts';
import { sweepVersions } from './documents/sweep.ts';
import { setTags, tagCounts } from './documents/tags.ts';
import type { Remote } from './remote.ts';

export { publishVersion } from './documents/publish.ts';

export function documentWrites(db: DatabaseSync) {
  return {
    ...stagingWrites(db),
    remove: removeDocument(db),
    setTags: setTags(db, raiseCorpusVersion(db)),
    recount: recountCorpus(db),
    sweep: sweepVersions(db),
  };
}

export function documentScans(db: DatabaseSync) {
  return { ...manifestScans(db), fileUses: fileUses(db) };
}

export function sqliteDocuments(
  db: DatabaseSync,
  writes: Remote<typeof documentWrites>,
  scans: Remote<typeof documentScans>,
): DocumentStore {
  const { stage, stageChunks, remove, recount, sweep } = writes;
  const totals = db.prepare(
    `select count(*) as total, coalesce(sum(chunks), 0) as chunks from document_versions
      where project_id = ? and status = 'published'`,
  );
  return {
    stage,
    stageChunks,
    remove,
    setTags: writes.setTags,
    tags: tagCounts(db),
    fileUses: scans.fileUses,
    recount,
    sweep,
    ...documentReads(db),
    manifest: scans.manifest,
    holding: scans.holding,
    passages: passageReads(db),
    async totals(projectId) {
      const { total, chunks } = totals.get(projectId) as { total: number; chunks: number };
      return { total, chunks };
    },
  };
}
