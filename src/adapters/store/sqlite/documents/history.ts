import type { DatabaseSync } from 'node:sqlite';
import type { HistoryRequest, IndexHistory, PassageStore } from '#ports/store/documents.ts';
import { statisticsOf } from './epochs.ts';
import { VECTOR_COLUMN } from '../../sql/embedder-rows.ts';
import { toPage } from '../../sql/history-rows.ts';
import { TERM_COLUMNS } from './terms.ts';

/** What an index has to learn since a corpus version, page by page. */
export function indexHistory(db: DatabaseSync): PassageStore['changes'] {
  const now = db.prepare('select corpus_version, epoch, embedder_at_version from projects where id = ?');
  const sweptSince = db.prepare(`
    select 1 from document_versions where project_id = :projectId and retired_at_version > :since
      and retired_at_version is not null and published_at_version <= :since and status = 'swept' limit 1`);
  const added = db.prepare(`
    select c.id, c.number, v.document_id, ${VECTOR_COLUMN}, ${TERM_COLUMNS}
    from document_versions v join projects p on p.id = v.project_id join documents d on d.id = v.document_id join chunks c on c.version_id = v.id
    where v.project_id = :projectId and v.published_at_version > :since and v.published_at_version <= :upTo
      and v.published_at_version is not null and v.status = 'published' and c.id > :after
    order by c.id limit :limit`);
  const removed = db.prepare(`
    select c.id from document_versions v join chunks c on c.version_id = v.id
    where v.project_id = :projectId and v.retired_at_version > :since and v.retired_at_version is not null
      and v.published_at_version <= :since order by c.id`);
  const statistics = statisticsOf(db);

  const readFirst = (projectId: number, { since, epoch, limit }: HistoryRequest): IndexHistory => {
    const at = now.get(projectId) as
      | { corpus_version: number; epoch: number; embedder_at_version: number }
      | undefined;
    const version = at?.corpus_version ?? 0;
    const isOfOtherEmbedder = since < (at?.embedder_at_version ?? 0);
    const isWhole = since === 0 || isOfOtherEmbedder || sweptSince.get({ projectId, since }) !== undefined;
    const from = { projectId, since: isWhole ? 0 : since };
    return {
      version,
      isWhole,
      ...toPage(added.all({ ...from, upTo: version, after: 0, limit }), limit),
      removed: isWhole ? [] : removed.all(from).map((row) => row['id'] as number),
      statistics: isWhole || at?.epoch !== epoch ? statistics(projectId) : null,
    };
  };
  const readNext = (
    projectId: number,
    request: HistoryRequest & { upTo: number; after: number },
  ): IndexHistory => {
    const { since, upTo, after, limit } = request;
    const page = toPage(added.all({ projectId, since, upTo, after, limit }), limit);
    return { version: upTo, isWhole: since === 0, ...page, removed: [], statistics: null };
  };

  return async (projectId, request) => {
    // One read transaction, since the writer commits on another connection between any two statements.
    db.exec('begin');
    try {
      const { upTo, after } = request;
      if (upTo === undefined || after === undefined) return readFirst(projectId, request);
      return readNext(projectId, { ...request, upTo, after });
    } finally {
      db.exec('commit');
    }
  };
}
