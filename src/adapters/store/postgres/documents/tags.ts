import type { Statements } from '#clients/postgres.ts';
import type { TagCount, Tagging } from '#ports/store/documents.ts';
import { carryAnswers } from '../carried.ts';
import type { Session } from '../session.ts';

/** Gives a document these tags (JSON) and no others; those of a removed document are not found. */
export async function writeTags(
  tx: Statements,
  projectId: number,
  documentId: number,
  tags: string,
): Promise<void> {
  await tx.run('delete from document_tags where project_id = $1 and document_id = $2', [
    projectId,
    documentId,
  ]);
  await tx.run(
    'insert into document_tags (project_id, tag, document_id) select $1, jsonb_array_elements_text($3::jsonb), $2',
    [projectId, documentId, tags],
  );
  await tx.run('update documents set tags = $1 where id = $2', [tags, documentId]);
}

const FIND =
  'select tags, version_id from documents where id = $1 and project_id = $2 and version_id is not null for update';

export function setTags(session: Session, raise: (tx: Statements, projectId: number) => Promise<number>) {
  return (projectId: number, documentId: number, { tags, carry = null, now }: Tagging): Promise<boolean> =>
    session.transaction(async (tx) => {
      await tx.all('select id from projects where id = $1 for no key update', [projectId]);
      const row = await tx.first(FIND, [documentId, projectId]);
      if (row === undefined) return false;
      const text = JSON.stringify(tags);
      if (row['tags'] === text) return true;
      await writeTags(tx, projectId, documentId, text);
      await carryAnswers(tx, {
        projectId,
        corpusVersion: await raise(tx, projectId),
        documentId,
        kind: 'tagged',
        before: row['version_id'] as number,
        tags: row['tags'] as string,
        hasNewEpoch: false,
        carry,
        now,
      });
      return true;
    });
}

const COUNTS =
  'select tag, count(*) as documents from document_tags where project_id = $1 group by tag order by tag';

export function tagCounts(session: Session) {
  return async (projectId: number): Promise<readonly TagCount[]> =>
    (await session.all(COUNTS, [projectId])).map((row) => ({
      tag: row['tag'] as string,
      documents: row['documents'] as number,
    }));
}
