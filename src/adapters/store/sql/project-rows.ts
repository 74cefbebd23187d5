import type { Project } from '#domain/project.ts';
import { NO_SETTINGS } from '#domain/project-settings.ts';
import type { ProjectSettings } from '#domain/project-settings.ts';
import type { StoredSettings } from '#ports/store/projects.ts';

export function toProject(row: unknown): Project {
  const { id, name, corpus_version, created_at, settings } = row as ProjectRow;
  const { rates, caps, alerts } = toSettings(settings);
  const project = { id, name, corpusVersion: corpus_version, createdAt: created_at };
  return {
    ...project,
    ...(rates === null ? {} : { rates }),
    ...(caps === null ? {} : { caps }),
    ...(alerts === null ? {} : { alerts }),
  };
}

export function toStoredSettings(row: unknown): StoredSettings {
  if (row === undefined) return { settings: NO_SETTINGS, version: 0 };
  const { settings, settings_version: version } = row as SettingsRow;
  return { settings: toSettings(settings), version };
}

/** What was written before a part came into being has the default for it. */
function toSettings(text: string): ProjectSettings {
  const saved = JSON.parse(text) as Partial<ProjectSettings>;
  const { workloads, ...prompts } = saved.prompts ?? NO_SETTINGS.prompts;
  return {
    ...NO_SETTINGS,
    ...saved,
    prompts: {
      ...NO_SETTINGS.prompts,
      ...prompts,
      workloads: { ...NO_SETTINGS.prompts.workloads, ...workloads },
    },
  };
}

interface SettingsRow {
  settings: string;
  settings_version: number;
}

interface ProjectRow {
  id: number;
  name: string;
  corpus_version: number;
  created_at: number;
  settings: string;
}
