import type { App } from '#core/app.ts';
import { estimateRun } from '#core/catalogue/estimate-run.ts';
import { LookUps } from '#core/catalogue/look-up.ts';
import { notFound } from '#domain/fault.ts';
import { showId } from '#domain/ids.ts';
import { totalOf } from '#domain/item.ts';
import type { Catalogue } from '#ports/catalogue.ts';
import type { Clock, Log } from '#ports/log.ts';
import type { Store } from '#ports/store/store.ts';
import { optionsOf, PRESETS } from '#workloads/catalogue/options.ts';
import { previewList } from '#workloads/catalogue/preview-list.ts';
import type { CatalogueDeps } from '#workloads/catalogue/author-run.ts';

export interface CatalogueBindings {
  readonly store: Store;
  readonly catalogues: readonly Catalogue[];
  readonly clock: Clock;
  readonly log: Log;
  readonly ttls: CatalogueDeps['ttls'];
  readonly patienceMs: number;
  readonly proposeMapping: NonNullable<CatalogueDeps['proposeMapping']>;
}

/** Binds the verbs of the catalogue to their parts. */
export function bindCatalogue(deps: CatalogueBindings): { verbs: App['catalogue']; close(): Promise<void> } {
  const { store, clock, catalogues } = deps;
  const lookUps = new LookUps(deps);
  const verbs: App['catalogue'] = {
    preview: (project, file, options) => previewList(deps, project.id, file, options),
    async estimate(project, { counts, discovered, options }) {
      const { preset, maxDepth } = optionsOf(options);
      const { concurrency, paceMs } = PRESETS[preset];
      const plan = { authors: totalOf(counts) - discovered, maxDepth, concurrency, paceMs };
      return estimateRun(await store.figures.ofProject(project.id), plan);
    },
    lookUp: (project, asked) => lookUps.lookUp(project.id, asked),
    list: (project, filter, page) => store.records.list(project.id, filter, page),
    async stats(project) {
      const [records, figures] = await Promise.all([
        store.records.totals(project.id, clock()),
        store.figures.ofProject(project.id),
      ]);
      const sources = catalogues.map((each) => ({
        name: each.name,
        refusal: each.refusal,
        closedUntil: each.closedUntil(),
      }));
      return { records, figures, sources };
    },
    reports: (project, page) => store.figures.reports(project.id, 'catalogue', page),
    async report(project, batchId) {
      const report = await store.figures.findReport(project.id, batchId);
      if (report === null) throw notFound('batch', showId('batch', batchId));
      return report;
    },
  };
  return { verbs, close: () => lookUps.close() };
}
