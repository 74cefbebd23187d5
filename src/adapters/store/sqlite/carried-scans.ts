import type { DatabaseSync } from 'node:sqlite';
import type { Page, PageRequest } from '#domain/page.ts';
import type {
  CarriedState,
  CarriedStore,
  ChangeFilter,
  ComingChange,
  CorpusChange,
  CorpusDifference,
  EnrolledAnswer,
  EnrolledRequest,
  TouchedAnswer,
} from '#ports/store/carried.ts';
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
import { TERM_COLUMNS } from './documents/terms.ts';
import type { Remote } from './remote.ts';
import type { carriedWrites } from './carried.ts';

export function carriedScans(db: DatabaseSync) {
  const state = db.prepare(`
    select p.corpus_version as corpusVersion, p.epoch, p.enrolment,
      (select count(*) from answer_questions q where q.project_id = p.id and q.enrolment > 0) as carried,
      exists (select 1 from answer_questions q where q.project_id = p.id and q.enrolment = 0) as hasNew
    from projects p where p.id = ?`);
  const enrolled = db.prepare(`
    select a.id, a.question, a.filter, a.floor, a.evidence, q.vector from answer_questions q join answers a on a.id = q.answer_id
    where q.project_id = :projectId and q.enrolment > :after and q.enrolment <= :upTo and q.answer_id > :afterId
    order by q.answer_id limit :limit`);
  const touched = db.prepare(`
    select t.answer_id, t.outcome, a.question from touched_answers t
      left join answers a on a.id = t.answer_id and a.project_id = t.project_id
    where t.project_id = :projectId and t.corpus_version = :corpusVersion and t.answer_id > :after
    order by t.answer_id limit :limit`);
  return {
    state(projectId: number): CarriedState {
      const row = state.get(projectId);
      if (row === undefined) return { corpusVersion: 0, epoch: 0, enrolment: 0, carried: 0, hasNew: false };
      return { ...(row as unknown as CarriedState), hasNew: row['hasNew'] === 1 };
    },
    enrolled(projectId: number, request: EnrolledRequest): EnrolledAnswer[] {
      return enrolled.all({ projectId, ...request }).map(toEnrolled);
    },
    difference: readDifference(db),
    changes(
      projectId: number,
      { documentId }: ChangeFilter,
      { limit, cursor }: PageRequest,
    ): Page<CorpusChange> {
      const before = readCursor(cursor) ?? Number.MAX_SAFE_INTEGER;
      const of = documentId === undefined ? '' : 'and c.document_id = :documentId';
      const sql = `select ${CHANGE_COLUMNS} from corpus_changes c where c.project_id = :projectId and c.corpus_version < :before ${of}
        order by c.corpus_version desc limit :limit`;
      const values = {
        projectId,
        before,
        limit: limit + 1,
        ...(documentId === undefined ? {} : { documentId }),
      };
      return pageOf(db.prepare(sql).all(values).map(toChange), limit, (change) => change.corpusVersion);
    },
    touched(projectId: number, corpusVersion: number, { limit, cursor }: PageRequest): Page<TouchedAnswer> {
      const after = readCursor(cursor) ?? 0;
      const rows = touched.all({ projectId, corpusVersion, after, limit: limit + 1 });
      return pageOf(rows.map(toTouched), limit, ({ answerId }) => answerId);
    },
  };
}

function readDifference(db: DatabaseSync) {
  const version = db.prepare(`
    select v.document_id, d.version_id, p.epoch, d.tags, v.tags as new_tags from document_versions v join documents d on d.id = v.document_id
      join projects p on p.id = v.project_id where v.id = :versionId and v.project_id = :projectId`);
  const document = db.prepare(`
    select d.id as document_id, d.version_id, p.epoch, d.tags from documents d join projects p on p.id = d.project_id
    where d.id = :documentId and d.project_id = :projectId`);
  const chunks = db.prepare(
    "select id, coalesce(identity, '#' || id) as identity from chunks where version_id = ? order by number",
  );
  const entries = db.prepare(`
    select c.id, c.number, v.document_id, ${VECTOR_COLUMN}, ${TERM_COLUMNS}
    from chunks c join document_versions v on v.id = c.version_id join projects p on p.id = v.project_id
      join documents d on d.id = v.document_id
    where c.id in (select value from json_each(?))`);
  const paragraphs = db.prepare('select paragraphs from chunks where id in (select value from json_each(?))');

  return (projectId: number, change: ComingChange): CorpusDifference | null => {
    // One read transaction, since the writer commits on another connection between any two statements.
    db.exec('begin');
    try {
      const row =
        'versionId' in change
          ? version.get({ projectId, versionId: change.versionId })
          : document.get({ projectId, documentId: change.documentId });
      if (row === undefined) return null;
      const visible = row as unknown as VisibleDocument;
      const { document_id: documentId, version_id: before, epoch } = visible;
      const isVersion = 'versionId' in change;
      const old = before === null ? [] : chunks.all(before);
      const difference = differenceOf(old, isVersion ? chunks.all(change.versionId) : []);
      if (difference === null) return null;
      const { added, removed, moved } = difference;
      return {
        documentId,
        before,
        epoch,
        ...tagsAround(visible, change),
        isWhole: !isVersion || before === null,
        chunks: entries.all(JSON.stringify([...added, ...removed])).map(toEntry),
        paragraphs: hashesOf(paragraphs.all(JSON.stringify([...removed, ...moved]))),
      };
    } finally {
      db.exec('commit');
    }
  };
}

export function sqliteCarried(
  writes: Remote<typeof carriedWrites>,
  scans: Remote<typeof carriedScans>,
): CarriedStore {
  return {
    state: scans.state,
    enrol: writes.enrol,
    enrolled: scans.enrolled,
    difference: scans.difference,
    changes: scans.changes,
    touched: scans.touched,
  };
}
