import type { DatabaseSync } from 'node:sqlite';
import type { DocumentName, ManifestRequest } from '#ports/store/documents.ts';

/** What folders are compared with: it may go through all documents of a project. */
export function manifestScans(db: DatabaseSync) {
  const manifest = db.prepare(`
    select d.id, d.name, v.sha256 from documents d join document_versions v on v.id = d.version_id
    where d.project_id = :projectId and d.id > :after and substr(d.name, 1, length(:prefix)) = :prefix
    order by d.id limit :limit`);
  const holding = db.prepare(`
    select d.id, d.name, v.sha256 from document_versions v join documents d on d.version_id = v.id
    where v.project_id = ? and v.status = 'published' and v.sha256 in (select value from json_each(?))
    order by d.id`);
  return {
    manifest(projectId: number, request: ManifestRequest): DocumentName[] {
      return manifest.all({ projectId, ...request }).map(toName);
    },
    holding(projectId: number, sha256s: readonly string[]): DocumentName[] {
      return holding.all(projectId, JSON.stringify(sha256s)).map(toName);
    },
  };
}

function toName(row: Record<string, unknown>): DocumentName {
  return { id: row['id'] as number, name: row['name'] as string, sha256: row['sha256'] as string };
}
