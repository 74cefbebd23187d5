import type { Statements } from '#clients/postgres.ts';
import type { CarriedState, CarriedStore, ComingChange, CorpusDifference } from '#ports/store/carried.ts';
import {
  CHANGE_COLUMNS,
  differenceOf,
  hashesOf,
  tagsAround,
  toChange,
  toEnrolled,
  toTouched,
} from '../sql/carried-rows.ts';
import type { VisibleDocument } from '../sql/carried-rows.ts';
import { pageOf, readCursor } from '../sql/cursor.ts';
import { VECTOR_COLUMN } from '../sql/embedder-rows.ts';
import { toEntry } from '../sql/history-rows.ts';
import { enrol } from './carried.ts';
import { TERM_COLUMNS } from './documents/terms.ts';
import type { Session } from './session.ts';

const STATE = `
  select p.corpus_version as "corpusVersion", p.epoch, p.enrolment,
         (select count(*) from answer_questions q where q.project_id = p.id and q.enrolment > 0) as carried,
         exists (select 1 from answer_questions q where q.project_id = p.id and q.enrolment = 0) as "hasNew"
    from projects p where p.id = $1`;

const ENROLLED = `
  select a.id, a.question, a.filter, a.floor, a.evidence, q.vector from answer_questions q join answers a on a.id = q.answer_id
   where q.project_id = $1 and q.enrolment > $2 and q.enrolment <= $3 and q.answer_id > $4
   order by q.answer_id limit $5`;

const TOUCHED = `
  select t.answer_id, t.outcome, a.question from touched_answers t
    left join answers a on a.id = t.answer_id and a.project_id = t.project_id
   where t.project_id = $1 and t.corpus_version = $2 and t.answer_id > $3 order by t.answer_id limit $4`;

const OF_DOCUMENT = '($4::bigint is null or c.document_id = $4)';

const CHANGES = `
  select ${CHANGE_COLUMNS} from corpus_changes c where c.project_id = $1 and c.corpus_version < $2 and ${OF_DOCUMENT}
   order by c.corpus_version desc limit $3`;

const VERSION = `
  select v.document_id, d.version_id, p.epoch, d.tags, v.tags as new_tags from document_versions v join documents d on d.id = v.document_id
    join projects p on p.id = v.project_id where v.project_id = $1 and v.id = $2`;

const DOCUMENT = `
  select d.id as document_id, d.version_id, p.epoch, d.tags from documents d join projects p on p.id = d.project_id
   where d.project_id = $1 and d.id = $2`;

const CHUNKS =
  "select id, coalesce(identity, '#' || id) as identity from chunks where version_id = $1 order by number";

const ENTRIES = `
  select c.id, c.number, v.document_id, ${VECTOR_COLUMN}, ${TERM_COLUMNS}
    from chunks c join document_versions v on v.id = c.version_id join projects p on p.id = v.project_id
    join documents d on d.id = v.document_id where c.id = any($1::bigint[])`;

const PARAGRAPHS = 'select paragraphs from chunks where id = any($1::bigint[])';

const NO_PROJECT: CarriedState = { corpusVersion: 0, epoch: 0, enrolment: 0, carried: 0, hasNew: false };

export function postgresCarried(session: Session, scans: Session): CarriedStore {
  return {
    async state(projectId) {
      return ((await scans.first(STATE, [projectId])) as unknown as CarriedState | undefined) ?? NO_PROJECT;
    },
    enrol: enrol(session),
    async enrolled(projectId, { after, upTo, afterId, limit }) {
      return (await scans.all(ENROLLED, [projectId, after, upTo, afterId, limit])).map(toEnrolled);
    },
    difference: (projectId, change) => scans.snapshot((tx) => readDifference(tx, projectId, change)),
    async changes(projectId, { documentId = null }, { limit, cursor }) {
      const before = readCursor(cursor) ?? Number.MAX_SAFE_INTEGER;
      const rows = await scans.all(CHANGES, [projectId, before, limit + 1, documentId]);
      return pageOf(rows.map(toChange), limit, ({ corpusVersion }) => corpusVersion);
    },
    async touched(projectId, corpusVersion, { limit, cursor }) {
      const rows = await scans.all(TOUCHED, [projectId, corpusVersion, readCursor(cursor) ?? 0, limit + 1]);
      return pageOf(rows.map(toTouched), limit, ({ answerId }) => answerId);
    },
  };
}

async function readDifference(
  tx: Statements,
  projectId: number,
  change: ComingChange,
): Promise<CorpusDifference | null> {
  const isVersion = 'versionId' in change;
  const row = isVersion
    ? await tx.first(VERSION, [projectId, change.versionId])
    : await tx.first(DOCUMENT, [projectId, change.documentId]);
  if (row === undefined) return null;
  const visible = row as unknown as VisibleDocument;
  const { document_id: documentId, version_id: before, epoch } = visible;
  const old = before === null ? [] : await tx.all(CHUNKS, [before]);
  const difference = differenceOf(old, isVersion ? await tx.all(CHUNKS, [change.versionId]) : []);
  if (difference === null) return null;
  const { added, removed, moved } = difference;
  return {
    documentId,
    before,
    epoch,
    ...tagsAround(visible, change),
    isWhole: !isVersion || before === null,
    chunks: (await tx.all(ENTRIES, [[...added, ...removed]])).map(toEntry),
    paragraphs: hashesOf(await tx.all(PARAGRAPHS, [[...removed, ...moved]])),
  };
}
