import type { ProjectStore } from '#ports/store/projects.ts';
import { toProject, toStoredSettings } from '../sql/project-rows.ts';
import { RAISE_CACHE_VERSION } from './answers.ts';
import { CorpusReads } from './corpus-reads.ts';
import type { Session } from './session.ts';

const FIND = "select * from projects where name = $1 and name not like '~%'";

const SAVE = `
  update projects set settings = $3, settings_version = settings_version + 1
   where id = $1 and settings_version = $2`;

export function postgresProjects(session: Session): ProjectStore {
  const corpus = new CorpusReads(session);
  return {
    async ensure(name, now) {
      await session.run(
        'insert into projects (name, created_at) values ($1, $2) on conflict (name) do nothing',
        [name, now],
      );
      return toProject(await session.first(FIND, [name]));
    },
    async findByName(name) {
      const row = await session.first(FIND, [name]);
      return row === undefined ? null : toProject(row);
    },
    async list() {
      return (await session.all("select * from projects where name not like '~%' order by id")).map(
        toProject,
      );
    },
    async settings(projectId) {
      const sql = 'select settings, settings_version from projects where id = $1';
      return toStoredSettings(await session.first(sql, [projectId]));
    },
    async saveSettings(projectId, { settings, version }) {
      const changed = await session.run(SAVE, [projectId, version, JSON.stringify(settings)]);
      return changed === 1;
    },
    corpusVersion: async (projectId) => (await corpus.read(projectId)).corpusVersion,
    versions: (projectId) => corpus.read(projectId),
    cacheVersion: async (projectId) => (await corpus.read(projectId)).cacheVersion,
    async raiseCacheVersion(projectId) {
      await session.run(RAISE_CACHE_VERSION, [projectId]);
    },
  };
}
