import type { ListPreview } from '#core/catalogue/list-preview.ts';
import { estimateRun } from '#core/catalogue/estimate-run.ts';
import { Fault } from '#domain/fault.ts';
import type { JsonObject } from '#domain/json.ts';
import type { IncomingFile } from '#ports/workload.ts';
import { priorityOf } from './author-payload.ts';
import { optionsOf, PRESETS, readOptions, withProjectPreset } from './options.ts';
import { payloadFor } from './roster.ts';
import type { CatalogueDeps } from './author-run.ts';
import { scanList } from './scan-list.ts';

const MOST_SHOWN = 50;

/** How a list would be read and what its run would come to. */
export async function previewList(
  deps: CatalogueDeps,
  projectId: number,
  file: IncomingFile,
  given: JsonObject,
): Promise<ListPreview> {
  const read = readOptions(await withProjectPreset(deps.store.projects, projectId, given), deps.catalogues);
  if ('problem' in read) {
    const { field = 'options', message } = read.problem;
    throw new Fault('invalid', 'invalid_options', `${field}: ${message}.`, { problems: [read.problem] });
  }
  const options = optionsOf(read.ok);
  const propose = async (header: readonly string[]) => deps.proposeMapping?.(projectId, header) ?? null;
  const scan = await scanList(file, options.mapping, propose);
  const ranked = scan.authors
    .map((listed) => ({ listed, payload: payloadFor(listed, options) }))
    .toSorted((a, b) => priorityOf(b.payload) - priorityOf(a.payload));
  const { concurrency, paceMs } = PRESETS[options.preset];
  const plan = { authors: scan.authors.length, maxDepth: options.maxDepth, concurrency, paceMs };
  return {
    format: scan.format,
    columns: scan.columns.slice(0, 100),
    mapping: { ...scan.mapping },
    needsMapping: scan.needsMapping,
    books: scan.books,
    authors: scan.authors.length,
    leftOut: scan.leftOut,
    problems: scan.problems,
    sample: ranked.slice(0, MOST_SHOWN).map(({ listed, payload }) => ({
      author: listed.name,
      books: listed.books,
      why: payload.why,
      levels: payload.levels ?? options.maxDepth,
      alsoSpelled: listed.alsoSpelled,
    })),
    estimate: estimateRun(await deps.store.figures.ofProject(projectId), plan),
  };
}
