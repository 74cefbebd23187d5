import type { JsonObject } from '#domain/json.ts';
import type { Readable } from '#ports/workload.ts';
import type { Catalogue } from '#ports/catalogue.ts';
import type { ProjectStore } from '#ports/store/projects.ts';
import { readMapping } from './mapping.ts';
import type { CataloguePreset as Preset } from '#domain/project-settings.ts';
import type { Mapping } from './mapping.ts';

/** What a catalogue batch was told, with every default filled in. */
export interface CatalogueOptions {
  readonly preset: Preset;
  /** Levels of discovery: 0 fetches the list's own authors only. */
  readonly maxDepth: number;
  /** `popular`: authors the reader rated and read most go first. */
  readonly order: 'popular' | 'list';
  /** `favourites`: one level more for loved authors, one less for one-offs. */
  readonly depthBy: 'all' | 'favourites';
  /** How many authors of a shared subject each author of the list leads to. */
  readonly subjects: number;
  readonly mostWorks: number;
  /** Calls that may be spent; null: as many as it takes. */
  readonly budget: number | null;
  /** Names of sources, in order; empty: all that are set up. */
  readonly sources: readonly string[];
  /** Fetch also what a marker says was done. */
  readonly refresh: boolean;
  readonly mapping: Mapping | null;
}

/** What a project chose stands where the caller names no preset. */
export async function withProjectPreset(
  projects: Pick<ProjectStore, 'settings'>,
  projectId: number,
  options: JsonObject,
): Promise<JsonObject> {
  if (options['preset'] !== undefined) return options;
  const { catalogue } = (await projects.settings(projectId)).settings;
  return catalogue === null ? options : { ...options, preset: catalogue.preset };
}

export const PRESETS = {
  gentle: { paceMs: 2_000, concurrency: 1, maxDepth: 1, budget: 500 },
  normal: { paceMs: 0, concurrency: 5, maxDepth: 2, budget: 10_000 },
  eager: { paceMs: 0, concurrency: 10, maxDepth: 3, budget: null },
} as const satisfies Record<Preset, object>;

export const MAX_DEPTH = 3;

/** Checks the options of a submission; `catalogues` are those that are set up. */
export function readOptions(options: JsonObject, catalogues: readonly Catalogue[]): Readable<JsonObject> {
  for (const field of Object.keys(options)) {
    if (!(field in CHECKS)) {
      const known = Object.keys(CHECKS).join(', ');
      return {
        problem: {
          field: `options.${field}`,
          message: `there is no option "${field}"; catalogue knows ${known}`,
        },
      };
    }
  }
  for (const [field, check] of Object.entries(CHECKS)) {
    const wrong = options[field] === undefined ? null : check(options[field]);
    if (wrong !== null) return { problem: { field: `options.${field}`, message: wrong } };
  }
  const preset = PRESETS[(options['preset'] ?? 'normal') as Preset];
  const filled: JsonObject = {
    preset: 'normal',
    maxDepth: preset.maxDepth,
    order: 'popular',
    depthBy: 'all',
    subjects: 0,
    mostWorks: 100,
    budget: preset.budget,
    sources: [],
    refresh: false,
    mapping: null,
    ...options,
  };
  const wrong = checkSources(filled['sources'] as readonly string[], catalogues);
  return wrong === null ? { ok: filled } : { problem: { field: 'options.sources', message: wrong } };
}

/** Options as they stand in a batch: checked before. */
export function optionsOf(options: JsonObject): CatalogueOptions {
  return options as unknown as CatalogueOptions;
}

export function paceOf(options: JsonObject): { paceMs: number; concurrency: number } {
  const { paceMs, concurrency } = PRESETS[optionsOf(options).preset];
  return { paceMs, concurrency };
}

type Check = (value: unknown) => string | null;

const CHECKS: Readonly<Record<string, Check>> = {
  preset: oneOf(Object.keys(PRESETS)),
  maxDepth: whole(0, MAX_DEPTH),
  order: oneOf(['popular', 'list']),
  depthBy: oneOf(['all', 'favourites']),
  subjects: whole(0, 10),
  mostWorks: whole(1, 500),
  budget: (value) => (value === null ? null : whole(1, 1_000_000)(value)),
  sources: (value) =>
    Array.isArray(value) && value.length <= 10 && value.every((each) => typeof each === 'string')
      ? null
      : 'must be a list of names of sources',
  refresh: (value) => (typeof value === 'boolean' ? null : 'must be true or false'),
  mapping: (value) => {
    if (value === null) return null;
    const read = readMapping(value);
    return 'problem' in read ? read.problem.message : null;
  },
};

function whole(least: number, most: number): Check {
  return (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
      ? null
      : `must be a whole number from ${least} to ${most}`;
}

function oneOf(words: readonly string[]): Check {
  return (value) => (words.includes(value as string) ? null : `must be one of ${words.join(', ')}`);
}

/** A batch that no source can serve would be one dead letter after the other: it is refused at once. */
function checkSources(names: readonly string[], catalogues: readonly Catalogue[]): string | null {
  const known = catalogues.map((catalogue) => catalogue.name);
  const strange = names.find((name) => !known.includes(name));
  if (strange !== undefined)
    return `there is no source "${strange}"; set up are: ${known.join(', ') || 'none'}`;
  const chosen = names.length === 0 ? catalogues : catalogues.filter(({ name }) => names.includes(name));
  if (chosen.some((catalogue) => catalogue.refusal === null)) return null;
  const refusals = chosen.flatMap(({ refusal }) => (refusal === null ? [] : [refusal]));
  return refusals.length === 0 ? 'no source is set up: see docs/configuration.md' : refusals.join('; ');
}
