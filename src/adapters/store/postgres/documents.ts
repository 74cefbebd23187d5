import type { DocumentStore } from '#ports/store/documents.ts';
import { documentReads } from './documents/list.ts';
import { fileUses } from './documents/file-uses.ts';
import { passageReads } from './documents/passages.ts';
import { raiseCorpusVersion, recountCorpus, removeDocument } from './documents/publish.ts';
import { stagingWrites } from './documents/stage.ts';
import { sweepVersions } from './documents/sweep.ts';
import { setTags, tagCounts } from './documents/tags.ts';
import type { Session } from './session.ts';

const TOTALS = `
  select count(*) as total, coalesce(sum(chunks), 0) as chunks from document_versions
   where project_id = $1 and status = 'published'`;

export function postgresDocuments(session: Session, scans: Session): DocumentStore {
  return {
    ...stagingWrites(session),
    remove: removeDocument(session),
    setTags: setTags(session, raiseCorpusVersion),
    tags: tagCounts(scans),
    fileUses: fileUses(scans),
    recount: recountCorpus(session),
    sweep: sweepVersions(session),
    ...documentReads(session, scans),
    passages: passageReads(session, scans),
    async totals(projectId) {
      const row = (await scans.first(TOTALS, [projectId])) as { total: number; chunks: number };
      return { total: row.total, chunks: row.chunks };
    },
  };
}
