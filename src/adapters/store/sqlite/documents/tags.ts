import type { DatabaseSync } from 'node:sqlite';
import type { TagCount, Tagging } from '#ports/store/documents.ts';
import { carryAnswers } from '../carried.ts';

/** Gives a document these tags and no others; those of a removed document are not found. */
export function writeTags(
  db: DatabaseSync,
): (projectId: number, documentId: number, tags: readonly string[]) => void {
  const note = db.prepare('update documents set tags = ? where id = ?');
  const had = db.prepare('select tags from documents where id = ?');
  const forget = db.prepare('delete from document_tags where project_id = ? and tag = ? and document_id = ?');
  const add = db.prepare('insert into document_tags (project_id, tag, document_id) values (?, ?, ?)');
  return (projectId, documentId, tags) => {
    const before = JSON.parse(had.get(documentId)?.['tags'] as string) as string[];
    for (const tag of before) forget.run(projectId, tag, documentId);
    for (const tag of tags) add.run(projectId, tag, documentId);
    note.run(JSON.stringify(tags), documentId);
  };
}

export function setTags(
  db: DatabaseSync,
  raise: (projectId: number) => number,
): (projectId: number, documentId: number, tagging: Tagging) => boolean {
  const find = db.prepare(
    'select tags, version_id from documents where id = ? and project_id = ? and version_id is not null',
  );
  const write = writeTags(db);
  const carryOn = carryAnswers(db);
  return (projectId, documentId, { tags, carry = null, now }) => {
    const row = find.get(documentId, projectId);
    if (row === undefined) return false;
    if (row['tags'] === JSON.stringify(tags)) return true;
    write(projectId, documentId, tags);
    carryOn({
      projectId,
      corpusVersion: raise(projectId),
      documentId,
      kind: 'tagged',
      before: row['version_id'] as number,
      tags: row['tags'] as string,
      hasNewEpoch: false,
      carry,
      now,
    });
    return true;
  };
}

export function tagCounts(db: DatabaseSync): (projectId: number) => Promise<readonly TagCount[]> {
  const count = db.prepare(
    'select tag, count(*) as documents from document_tags where project_id = ? group by tag order by tag',
  );
  return async (projectId) =>
    count.all(projectId).map((row) => ({ tag: row['tag'] as string, documents: row['documents'] as number }));
}
