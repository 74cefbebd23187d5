import { askCatalogues, CataloguesClosed, chooseCatalogues } from '#core/catalogue/ask-catalogues.ts';
import type { Told } from '#core/catalogue/ask-catalogues.ts';
import { authorRecord, recordsOfWorks } from '#core/catalogue/records-of.ts';
import { authorKey } from '#domain/author-name.ts';
import type { CoAuthor, Figures, Marker } from '#domain/catalogue.ts';
import type { Effect } from '#domain/effect.ts';
import type { ClaimedItem, Outcome } from '#domain/outcome.ts';
import type { SourceKeys } from '#domain/work.ts';
import type { FoundAuthor } from '#ports/catalogue.ts';
import type { RunContext } from '#ports/workload.ts';
import { payloadOf } from './author-payload.ts';
import type { AuthorRun, CatalogueDeps } from './author-run.ts';
import { childrenOf, sortWorks } from './discover.ts';
import type { Sorted } from './discover.ts';
import { optionsOf } from './options.ts';
import { bySubject } from './subjects.ts';

/**
 * Does one author: their works are fetched and cached, and whom they wrote with is discovered. Everything that comes of
 * it is in the outcome's effects.
 */
export async function runAuthor(
  deps: CatalogueDeps,
  item: ClaimedItem,
  context: RunContext,
): Promise<Outcome> {
  const options = optionsOf(context.options);
  const payload = payloadOf(item.payload);
  const levels = payload.levels ?? Math.max(0, options.maxDepth - payload.depth);
  const spending = { calls: 0, saved: 0 };
  const run: AuthorRun = { deps, item, context, options, payload, levels, spending, startedAt: deps.clock() };
  const known = await findMarker(run, keysOf(payload.author, payload.keys));
  if (known !== null) return known.levels >= levels ? alreadyDone(run, known) : deepen(run, known);
  if (await isSpent(run)) return skip(run, 'budget_spent', { budget: options.budget ?? 0 });
  try {
    return await fetchAuthor(run);
  } catch (error) {
    await countUnsettled(run);
    if (!(error instanceof CataloguesClosed)) throw error;
    const { code, message, waitMs } = error;
    return { kind: 'deferred', error: { code, message }, afterMs: waitMs };
  }
}

async function fetchAuthor(run: AuthorRun): Promise<Outcome> {
  const { deps, payload, options, context } = run;
  context.report({ name: 'looking for works' });
  const call = {
    projectId: run.item.projectId,
    signal: context.signal,
    isUrgent: false,
    spending: run.spending,
  };
  const { author: name, keys, titles, isbns } = payload;
  const wanted = { name, keys, titles, isbns, mostWorks: options.mostWorks };
  const catalogues = chooseCatalogues(deps.catalogues, options.sources);
  const told = await askCatalogues(catalogues, deps.clock, (catalogue) => catalogue.worksOf(wanted, call));
  if (told === null) return nobody(run);
  const same = await findMarker(run, keysOf(told.value.name, told.value.keys));
  if (same !== null && same.levels >= run.levels) return sameAuthor(run, told.value, same);
  context.report({ name: `writing ${told.value.works.length} works from ${told.source}` });
  const related = await bySubject(run, told, catalogues);
  return done(run, told, related);
}

/** The author was found: works, marker and children are written together. */
function done(run: AuthorRun, told: Told<FoundAuthor>, related: readonly CoAuthor[]): Outcome {
  const { deps, item, payload, levels, spending } = run;
  const now = deps.clock();
  const sorted = sortWorks(told.value);
  const fetched = { projectId: item.projectId, source: told.source, now, ttls: deps.ttls };
  const records = [
    authorRecord(told.value, sorted.works, null, fetched),
    ...recordsOfWorks(sorted.works, fetched),
  ];
  const isbns = records.length - sorted.works.length - 1;
  const children = [
    ...childrenOf(
      payload,
      levels,
      sorted.coAuthors,
      ({ through }) => `wrote “${through}” with ${payload.author}`,
    ),
    ...childrenOf(
      payload,
      levels,
      related,
      ({ through }) => `writes on ${through}, as ${payload.author} does`,
    ),
  ];
  const effects: Effect[] = [
    { kind: 'records', records },
    { kind: 'markers', markers: markersOf(run, told.value, sorted, now) },
    { kind: 'figures', figures: { authors: 1, works: sorted.works.length, isbns, ...figuresOf(run) } },
  ];
  if (levels > 0 && children.length > 0) effects.push({ kind: 'children', children });
  return {
    kind: 'completed',
    effects,
    result: {
      found: true,
      name: told.value.name,
      source: told.source,
      works: sorted.works.length,
      isbns,
      coAuthors: sorted.coAuthors.length,
      ...(related.length === 0 ? {} : { related: related.length }),
      leftOut: sorted.leftOut,
      levels,
      calls: spending.calls,
      saved: spending.saved,
    },
  };
}

/** Under the name that was asked for, the name that was found, and what the source calls the author. */
function markersOf(run: AuthorRun, found: FoundAuthor, { works, coAuthors }: Sorted, now: number): Marker[] {
  const { item, levels, deps, payload } = run;
  const keys = new Set([...keysOf(payload.author, {}), ...keysOf(found.name, found.keys)]);
  return [...keys].map((key) => ({
    projectId: item.projectId,
    key,
    levels,
    works: works.length,
    coAuthors,
    doneAt: now,
    expiresAt: now + deps.ttls.markerMs,
  }));
}

/** No source knows the name: remembered for as long as anything that is unknown. */
function nobody(run: AuthorRun): Outcome {
  const { item, payload, levels, deps, spending } = run;
  const doneAt = deps.clock();
  const marker = { projectId: item.projectId, levels, works: 0, coAuthors: [], doneAt };
  return {
    kind: 'completed',
    result: { found: false, works: 0, coAuthors: 0, levels, calls: spending.calls, saved: spending.saved },
    effects: [
      {
        kind: 'markers',
        markers: [{ ...marker, key: authorKey(payload.author), expiresAt: doneAt + deps.ttls.unknownMs }],
      },
      { kind: 'figures', figures: { authors: 1, unknown: 1, ...figuresOf(run) } },
    ],
  };
}

/** Done before, with fewer levels below: whom it led to is known, so nothing is fetched again. */
function deepen(run: AuthorRun, marker: Marker): Outcome {
  const { payload, levels, spending } = run;
  spending.saved += 1;
  const why = ({ through }: CoAuthor): string => `wrote “${through}” with ${payload.author}`;
  const children = childrenOf(payload, levels, marker.coAuthors, why);
  const keys = new Set([marker.key, ...keysOf(payload.author, payload.keys)]);
  return {
    kind: 'completed',
    result: {
      found: true,
      deepened: true,
      works: marker.works,
      coAuthors: children.length,
      levels,
      calls: 0,
      saved: 1,
    },
    effects: [
      { kind: 'markers', markers: [...keys].map((key) => ({ ...marker, key, levels })) },
      { kind: 'figures', figures: { deepened: 1, ...figuresOf(run) } },
      ...(children.length === 0 ? [] : [{ kind: 'children' as const, children }]),
    ],
  };
}

function alreadyDone(run: AuthorRun, marker: Marker): Outcome {
  run.spending.saved += 1;
  return skip(run, 'already_processed', {
    works: marker.works,
    doneAt: new Date(marker.doneAt).toISOString(),
  });
}

/** Another spelling of somebody who was done: the marker is put under this name too. */
function sameAuthor(run: AuthorRun, found: FoundAuthor, marker: Marker): Outcome {
  const outcome = skip(run, 'same_author', { name: found.name, works: marker.works });
  const alias = { ...marker, key: authorKey(run.payload.author) };
  return { ...outcome, effects: [...(outcome.effects ?? []), { kind: 'markers', markers: [alias] }] };
}

function skip(
  run: AuthorRun,
  reason: string,
  result: Record<string, string | number>,
): Extract<Outcome, { kind: 'skipped' }> {
  return { kind: 'skipped', reason, result, effects: [{ kind: 'figures', figures: figuresOf(run) }] };
}

/** What every run counts, whatever came of it. */
function figuresOf({ payload, spending, deps, startedAt }: AuthorRun): Figures {
  return {
    [`ended_${payload.depth}`]: 1,
    calls: spending.calls,
    saved: spending.saved,
    ...(payload.depth === 0 ? { books: payload.books } : {}),
    run_ms: deps.clock() - startedAt,
  };
}

/** A run that failed settles without effects, but its calls were made. */
async function countUnsettled({ deps, item, spending }: AuthorRun): Promise<void> {
  if (spending.calls === 0) return;
  const figures = { calls: spending.calls, failed_runs: 1 };
  await deps.store.figures.add(item.projectId, item.batchId, figures, deps.clock()).catch(() => undefined);
}

/** The marker that says most. */
async function findMarker(
  { deps, item, options }: AuthorRun,
  keys: readonly string[],
): Promise<Marker | null> {
  if (options.refresh) return null;
  const markers = await deps.store.markers.find(item.projectId, keys, deps.clock());
  return markers.toSorted((a, b) => b.levels - a.levels)[0] ?? null;
}

function keysOf(name: string, keys: SourceKeys): string[] {
  return [authorKey(name), ...Object.entries(keys).map(([source, key]) => `${source}:${key}`)];
}

async function isSpent({ deps, item, options }: AuthorRun): Promise<boolean> {
  if (options.budget === null) return false;
  const { calls = 0 } = await deps.store.figures.ofBatch(item.projectId, item.batchId);
  return calls >= options.budget;
}
