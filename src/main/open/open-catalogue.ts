import type { App } from '#core/app.ts';
import type { Workload } from '#ports/workload.ts';
import { askForMapping } from '#workloads/catalogue/ask-for-mapping.ts';
import type { Mapping } from '#workloads/catalogue/mapping.ts';
import { catalogueWorkload } from '#workloads/catalogue/workload.ts';
import { bindCatalogue } from '../bind/bind-catalogue.ts';
import { openSources, ttlsOf } from './open-sources.ts';
import type { Models } from './open-models.ts';
import type { SourceParts } from './open-sources.ts';

export interface OpenCatalogue {
  readonly workload: Workload;
  readonly verbs: App['catalogue'];
  close(): Promise<void>;
}

/** Opens the sources, and binds workload and verbs to them. */
export function openCatalogue(parts: SourceParts & { readonly models: Models }): OpenCatalogue {
  const { config, store, clock, log, models } = parts;
  const { catalogues, close } = openSources(parts);
  const patienceMs = config.PREHEAT_SOURCE_TIMEOUT_SECONDS * 1_000;
  const proposeMapping = async (projectId: number, header: readonly string[]): Promise<Mapping | null> => {
    const { settings } = await store.projects.settings(projectId);
    const model = models.languageModel(settings.generator);
    return model === null ? null : askForMapping(model, header);
  };
  const deps = { store, catalogues, clock, log, ttls: ttlsOf(config), patienceMs, proposeMapping };
  const bound = bindCatalogue(deps);
  return {
    workload: catalogueWorkload(deps),
    verbs: bound.verbs,
    async close() {
      await bound.close();
      await close();
    },
  };
}
