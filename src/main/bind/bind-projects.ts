import type { App } from '#core/app.ts';
import { spentOnRewarm } from '#core/freshness/rewarm-budget.ts';
import { changeSettings, viewSettings } from '#core/platform/project-settings.ts';
import type { SettingsDeps } from '#core/platform/project-settings.ts';
import { Fault } from '#domain/fault.ts';
import { DEFAULT_PROJECT } from '#domain/project.ts';
import type { Project } from '#domain/project.ts';
import type { SystemBindings } from './system-bindings.ts';
import { standardCaps } from '../settings/standard-caps.ts';
import { standardThresholds } from '../settings/standard-thresholds.ts';

/** A request should not cost a read of a row that hardly ever changes. */
const PROJECT_KEPT_MS = 5_000;

/** Binds projects and their settings. */
export function bindProjects(parts: SystemBindings): App['projects'] {
  const { store, clock } = parts;
  const settings = settingsDeps(parts);
  const known = new Map<string, { readonly project: Project; readonly until: number }>();
  return {
    async get(name) {
      const kept = known.get(name);
      if (kept !== undefined && kept.until > clock()) return kept.project;
      const project = await store.projects.findByName(name);
      if (project === null) {
        throw new Fault(
          'not_found',
          'unknown_project',
          `There is no project "${name}": create it with POST /api/v1/projects.`,
        );
      }
      known.set(name, { project, until: clock() + PROJECT_KEPT_MS });
      return project;
    },
    ensure: (name) => store.projects.ensure(name, clock()),
    list: () => store.projects.list(),
    async delete(project) {
      await parts.remover.remove(project);
      known.delete(project.name);
      // The one that is meant where none is named.
      if (project.name === DEFAULT_PROJECT) await store.projects.ensure(DEFAULT_PROJECT, clock());
    },
    settings: (project) => viewSettings(settings, project),
    async changeSettings(project, changes) {
      const changed = await changeSettings(settings, project, changes);
      known.delete(project.name);
      return changed;
    },
  };
}

function settingsDeps(parts: SystemBindings): SettingsDeps {
  const { store, answering, embedders, config, clock } = parts;
  return {
    projects: store.projects,
    defaults: {
      generator: config.PREHEAT_GENERATOR,
      fallback: config.PREHEAT_FALLBACK,
      rewarmTokensPerDay: config.PREHEAT_REWARM_TOKENS_PER_DAY,
      rates: parts.limits.standard,
      caps: standardCaps(config),
      alerts: standardThresholds(config),
    },
    tokens: async (projectId) => {
      const uses = await parts.budgets.uses(projectId);
      const spent = uses.find(({ scope }) => scope === 'project')?.spent ?? 0;
      return { perDay: await parts.budgets.limitOf(projectId), spent };
    },
    spentOnRewarm: (projectId) => spentOnRewarm(store.figures, projectId, clock()),
    embedder: async (projectId) => {
      const serving = await store.embedders.serving(projectId);
      const { embedder } = await embedders.wanted(projectId);
      return { serving: serving?.name ?? null, wanted: embedder.name };
    },
    hasKey: (name) => config.modelKeys[name] !== undefined,
    onChanged: (projectId) => answering.profiles.forget(projectId),
  };
}
