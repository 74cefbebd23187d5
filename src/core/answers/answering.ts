import type { AnswerCache, SharedAnswerCache } from '#ports/cache.ts';
import { TERMS_FORM } from '#domain/chunk-terms.ts';
import type { Store } from '#ports/store/store.ts';
import type { Trace } from '#ports/trace.ts';
import { Admission } from './admission.ts';
import type { AdmissionSettings } from './admission.ts';
import { AnswerProfiles } from './answer-profiles.ts';
import type { ChooseGenerators } from './answer-profiles.ts';
import { HitCounter } from './hit-counter.ts';
import type { Landing } from './landing.ts';
import { LiveText } from './live-text.ts';
import type { MakeDeps } from './make-answer.ts';
import { MemoryTier } from './memory-tier.ts';
import { Remakes } from './remakes.ts';
import { SecondTier } from './second-tier.ts';
import { SharedWork } from './shared-work.ts';
import { VersionReads } from './version-reads.ts';

export interface AnswerSettings {
  readonly foundTtlMs: number;
  readonly notFoundTtlMs: number;
  /** How long past its time an answer may be served, flagged: while the generator is down, or where a project wants it so. */
  readonly graceMs: number;
  /** Passages that the generator is given. */
  readonly passages: number;
  /** What else retrieval depends on, as text: part of the answer profile. */
  readonly retrieval: string;
  readonly flightLeaseMs: number;
  /** Whether questions that miss are written down, for people to warm. */
  readonly isListingMisses: boolean;
  /** Who is let in while more is asked than can be made. */
  readonly admission: AdmissionSettings;
}

export const ANSWER_DEFAULTS: AnswerSettings = {
  foundTtlMs: 7 * 24 * 3_600_000,
  notFoundTtlMs: 10 * 60_000,
  graceMs: 24 * 3_600_000,
  passages: 8,
  retrieval: '',
  flightLeaseMs: 30_000,
  isListingMisses: true,
  admission: { atOnce: 1_000, maxWaitMs: 5_000 },
};

export interface AnswerDeps extends Omit<MakeDeps, 'settings'> {
  readonly store: Pick<Store, 'projects' | 'answers' | 'flights' | 'hours' | 'misses'> & {
    readonly documents: Pick<Store['documents'], 'find'>;
  };
  readonly cache: AnswerCache;
  /** Between the memory and the store; absent: none. */
  readonly shared?: SharedAnswerCache | null;
  /** See `SecondTierDeps`. */
  readonly mostShared?: (projectId: number) => Promise<number | null>;
  /** Told of an answer that is about to be replaced: other processes may hold it in their memory. */
  readonly onSuperseded?: (projectId: number, key: string, madeAt: number) => void;
  readonly choose: ChooseGenerators;
  readonly settings: AnswerSettings;
  /** Makes an answer in the name of who asked first; absent: in nobody's. */
  readonly trace?: Trace;
  /** See `VersionReads`. */
  readonly soon?: (run: () => void) => void;
  /** Gets errors of work that nobody waits for. */
  readonly onError: (error: unknown) => void;
}

/** What the verbs of answers share in one process: its memory of answers, keys, hits and generations in progress. */
export interface Answering extends AnswerDeps {
  readonly profiles: AnswerProfiles;
  readonly tier: MemoryTier;
  readonly second: SecondTier | null;
  readonly versions: VersionReads;
  readonly hits: HitCounter;
  readonly admission: Admission;
  readonly inProgress: SharedWork<Landing, LiveText>;
  readonly remakes: Remakes;
}

/** One for each process; `answering.remakes.close()` and `answering.hits.close()` at its end. */
export function openAnswering(deps: AnswerDeps): Answering {
  const { settings, choose, now } = deps;
  const retrieval = retrievalPart(settings);
  const { shared = null, store, onError } = deps;
  return {
    ...deps,
    profiles: new AnswerProfiles({ projects: deps.store.projects, choose, retrieval, now }),
    tier: new MemoryTier(deps.cache, now),
    second:
      shared === null
        ? null
        : new SecondTier({ cache: shared, projects: store.projects, mostBytes: deps.mostShared, onError }),
    versions: new VersionReads(deps.store.projects, deps.soon),
    hits: new HitCounter(deps),
    admission: new Admission(settings.admission, now),
    inProgress: new SharedWork(
      () => new LiveText(),
      (landing) => void landing.giveUp().catch(deps.onError),
    ),
    remakes: new Remakes(onError),
  };
}

/** What answers depend on of how passages are found, as text: part of the answer profile. */
export function retrievalPart({ passages, retrieval }: AnswerSettings): string {
  return JSON.stringify([passages, retrieval, TERMS_FORM]);
}

/**
 * To be awaited before an answer made at `madeAt` is stored in place of what is known: nothing older is given from any
 * tier of any process after it (in other processes' memory: within a moment).
 */
export async function supersede(
  { tier, second, onSuperseded }: Pick<Answering, 'tier' | 'second' | 'onSuperseded'>,
  projectId: number,
  key: string,
  madeAt: number,
): Promise<void> {
  tier.supersede(projectId, key, madeAt);
  onSuperseded?.(projectId, key, madeAt);
  await second?.supersede(projectId, key, madeAt);
}
