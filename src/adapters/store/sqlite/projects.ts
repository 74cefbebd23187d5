import type { DatabaseSync } from 'node:sqlite';
import type { Project } from '#domain/project.ts';
import type { ProjectStore, StoredSettings } from '#ports/store/projects.ts';
import { toProject, toStoredSettings } from '../sql/project-rows.ts';
import type { Remote } from './remote.ts';

export function projectWrites(db: DatabaseSync) {
  const insert = db.prepare(
    `insert into projects (id, name, created_at)
     values (1 + max((select coalesce(max(id), 0) from projects), (select coalesce(max(project_id), 0) from removed_projects)), ?, ?)
     on conflict (name) do nothing`,
  );
  const find = db.prepare("select * from projects where name = ? and name not like '~%'");
  const save = db.prepare(
    `update projects set settings = :settings, settings_version = settings_version + 1
      where id = :projectId and settings_version = :version`,
  );
  const raise = db.prepare('update projects set cache_version = cache_version + 1 where id = ?');
  return {
    raiseCacheVersion: (projectId: number) => void raise.run(projectId),
    ensure(name: string, now: number): Project {
      insert.run(name, now);
      return toProject(find.get(name));
    },
    saveSettings(projectId: number, { settings, version }: StoredSettings): boolean {
      return save.run({ projectId, version, settings: JSON.stringify(settings) }).changes === 1;
    },
  };
}

export function sqliteProjects(db: DatabaseSync, writes: Remote<typeof projectWrites>): ProjectStore {
  const find = db.prepare("select * from projects where name = ? and name not like '~%'");
  const list = db.prepare("select * from projects where name not like '~%' order by id");
  const versions = db.prepare('select corpus_version, settings_version from projects where id = ?');
  const cacheVersion = db.prepare('select cache_version from projects where id = ?');
  const settings = db.prepare('select settings, settings_version from projects where id = ?');
  return {
    raiseCacheVersion: writes.raiseCacheVersion,
    async cacheVersion(projectId) {
      return (cacheVersion.get(projectId)?.['cache_version'] as number | undefined) ?? 0;
    },
    ensure: writes.ensure,
    saveSettings: writes.saveSettings,
    async settings(projectId) {
      return toStoredSettings(settings.get(projectId));
    },
    async findByName(name) {
      const row = find.get(name);
      return row === undefined ? null : toProject(row);
    },
    async list() {
      return list.all().map(toProject);
    },
    async corpusVersion(projectId) {
      return (versions.get(projectId)?.['corpus_version'] as number | undefined) ?? 0;
    },
    async versions(projectId) {
      const { corpus_version: corpusVersion = 0, settings_version: settingsVersion = 0 } = (versions.get(
        projectId,
      ) ?? {}) as { corpus_version?: number; settings_version?: number };
      return { corpusVersion, settingsVersion };
    },
  };
}
