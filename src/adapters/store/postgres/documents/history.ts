import type { Statements } from '#clients/postgres.ts';
import type { HistoryRequest, IndexHistory, PassageStore } from '#ports/store/documents.ts';
import { VECTOR_COLUMN } from '../../sql/embedder-rows.ts';
import { toPage, toStatistics } from '../../sql/history-rows.ts';
import type { Session } from '../session.ts';
import { TERM_COLUMNS } from './terms.ts';

const NOW = 'select corpus_version, epoch from projects where id = $1';

/** What was there then is no longer known: its rows are gone, or its vectors are another embedder's. */
const LOST_SINCE = `
  select 1 from projects where id = $1 and embedder_at_version > $2
  union all
  select 1 from document_versions where project_id = $1 and retired_at_version > $2
     and retired_at_version is not null and published_at_version <= $2 and status = 'swept' limit 1`;

const ADDED = `
  select c.id, c.number, v.document_id, ${VECTOR_COLUMN}, ${TERM_COLUMNS}
    from document_versions v join projects p on p.id = v.project_id join documents d on d.id = v.document_id join chunks c on c.version_id = v.id
   where v.project_id = $1 and v.published_at_version > $2 and v.published_at_version <= $3
     and v.published_at_version is not null and v.status = 'published' and c.id > $4
   order by c.id limit $5`;

const REMOVED = `
  select c.id from document_versions v join chunks c on c.version_id = v.id
   where v.project_id = $1 and v.retired_at_version > $2 and v.retired_at_version is not null
     and v.published_at_version <= $2 order by c.id`;

const STATISTICS = `
  select e.* from projects p join corpus_epochs e on e.project_id = p.id and e.epoch = p.epoch where p.id = $1`;

/** What an index has to learn since a corpus version, page by page. */
export function indexHistory(scans: Session): PassageStore['changes'] {
  return (projectId, request) =>
    scans.snapshot((tx) => {
      const { upTo, after } = request;
      if (upTo === undefined || after === undefined) return readFirst(tx, projectId, request);
      return readNext(tx, projectId, { ...request, upTo, after });
    });
}

async function readFirst(
  tx: Statements,
  projectId: number,
  { since, epoch, limit }: HistoryRequest,
): Promise<IndexHistory> {
  const [at, lost] = await Promise.all([
    tx.first(NOW, [projectId]),
    tx.first(LOST_SINCE, [projectId, since]),
  ]);
  const version = (at?.['corpus_version'] as number | undefined) ?? 0;
  const isWhole = since === 0 || lost !== undefined;
  const from = isWhole ? 0 : since;
  const [added, removed, statistics] = await Promise.all([
    tx.all(ADDED, [projectId, from, version, 0, limit]),
    isWhole ? [] : tx.all(REMOVED, [projectId, from]),
    isWhole || at?.['epoch'] !== epoch ? tx.first(STATISTICS, [projectId]) : undefined,
  ]);
  return {
    version,
    isWhole,
    ...toPage(added, limit),
    removed: removed.map((row) => row['id'] as number),
    statistics: statistics === undefined ? null : toStatistics(statistics),
  };
}

async function readNext(
  tx: Statements,
  projectId: number,
  { since, upTo, after, limit }: HistoryRequest & { upTo: number; after: number },
): Promise<IndexHistory> {
  const page = toPage(await tx.all(ADDED, [projectId, since, upTo, after, limit]), limit);
  return { version: upTo, isWhole: since === 0, ...page, removed: [], statistics: null };
}
