import type { JsonObject } from '#domain/json.ts';
import type { Workload } from '#ports/workload.ts';
import { payloadOf, readEntry } from './author-payload.ts';
import { Growth } from './growth.ts';
import { optionsOf, paceOf, readOptions, withProjectPreset } from './options.ts';
import { readList } from './read-list.ts';
import type { CatalogueDeps } from './author-run.ts';
import { runAuthor } from './run-author.ts';

/** A list of books becomes its authors; each author's works are cached, and co-authors discovered. */
export function catalogueWorkload(deps: CatalogueDeps): Workload {
  const growth = new Growth(deps.store.figures, deps.clock);
  return {
    name: 'catalogue',
    dedupe: 'batch',
    completeOptions: (projectId, options) => withProjectPreset(deps.store.projects, projectId, options),
    readOptions: (options) => readOptions(options, deps.catalogues),
    paceOf,
    readEntry,
    readFile: (file, options) => readList(file, optionsOf(options)),
    describe,
    expectedTotal: (batch) => growth.expectedTotal(batch),
    run: (item, context) => runAuthor(deps, item, context),
  };
}

function describe(payload: JsonObject): string {
  return payloadOf(payload).author || 'an author without a name';
}
