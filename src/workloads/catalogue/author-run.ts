import type { RecordTtls } from '#core/catalogue/records-of.ts';
import type { Spending } from '#domain/catalogue.ts';
import type { ClaimedItem } from '#domain/outcome.ts';
import type { Catalogue } from '#ports/catalogue.ts';
import type { Clock } from '#ports/log.ts';
import type { Store } from '#ports/store/store.ts';
import type { RunContext } from '#ports/workload.ts';
import type { AuthorPayload } from './author-payload.ts';
import type { Mapping } from './mapping.ts';
import type { CatalogueOptions } from './options.ts';

export interface CatalogueDeps {
  readonly store: Pick<Store, 'markers' | 'figures' | 'projects'>;
  /** In the order in which they are asked. */
  readonly catalogues: readonly Catalogue[];
  readonly clock: Clock;
  readonly ttls: RecordTtls & { readonly markerMs: number };
  /** Has a model say what the columns of an unknown list are; absent: rules alone guess. */
  readonly proposeMapping?: (projectId: number, header: readonly string[]) => Promise<Mapping | null>;
}

/** One run, with what all its steps need. */
export interface AuthorRun {
  readonly deps: CatalogueDeps;
  readonly item: ClaimedItem;
  readonly context: RunContext;
  readonly options: CatalogueOptions;
  readonly payload: AuthorPayload;
  readonly levels: number;
  readonly spending: Spending;
  readonly startedAt: number;
}
