import type { ProjectSettings } from '#domain/project-settings.ts';
import type { Generator } from '#ports/model.ts';
import type { ProjectStore } from '#ports/store/projects.ts';
import { AnswerKeys, profileOf } from './answer-key.ts';

/** What makes a project's answers. */
export interface AnswerProfile {
  /** Digest of all that shapes an answer; part of every key. */
  readonly id: string;
  readonly keys: AnswerKeys;
  readonly generator: Generator;
  /** Answers in the generator's place when that is down; null: nobody does. */
  readonly standIn: Generator | null;
  /** What is stale is served at once, flagged, while it is made again. */
  readonly servesStale: boolean;
  /** Of the settings that it was made from. */
  readonly settingsVersion: number;
}

/** How settings become models; they live on as long as the settings do. */
export type ChooseGenerators = (settings: ProjectSettings) => Pick<AnswerProfile, 'generator' | 'standIn'>;

interface ProfileDeps {
  readonly projects: Pick<ProjectStore, 'settings'>;
  readonly choose: ChooseGenerators;
  /** Settings of retrieval, as text. */
  readonly retrieval: string;
  readonly now: () => number;
}

/** Whoever compares versions notices a change by another process at once, everybody else within this time. */
const KEPT_MS = 5_000;

interface Kept {
  readonly profile: AnswerProfile;
  until: number;
}

/** The answer profiles of the projects, as their settings are. */
export class AnswerProfiles {
  readonly #deps: ProfileDeps;
  readonly #kept = new Map<number, Kept>();

  constructor(deps: ProfileDeps) {
    this.#deps = deps;
  }

  /** At once where it is known: a warm ask waits for nothing. */
  of(projectId: number): AnswerProfile | Promise<AnswerProfile> {
    const kept = this.#kept.get(projectId);
    return kept !== undefined && kept.until > this.#deps.now() ? kept.profile : this.#read(projectId);
  }

  /**
   * False: the settings were changed since, perhaps by another process, and `of` gives another.
   *
   * @param version of the settings, read since the profile was asked for
   */
  isCurrent(projectId: number, profile: AnswerProfile, version: number): boolean {
    if (profile.settingsVersion >= version) return true;
    const kept = this.#kept.get(projectId);
    if (kept?.profile === profile) kept.until = 0;
    return false;
  }

  /** Its settings were changed. */
  forget(projectId: number): void {
    this.#kept.delete(projectId);
  }

  async #read(projectId: number): Promise<AnswerProfile> {
    const { projects, now } = this.#deps;
    const kept = this.#kept.get(projectId);
    const read = await projects.settings(projectId).catch((error: unknown) => {
      // The store is away: what is answered meanwhile is flagged, whatever the settings are now.
      if (kept === undefined) throw error;
      return null;
    });
    if (read === null) return (kept as Kept).profile;
    const { settings, version } = read;
    const until = now() + KEPT_MS;
    if (kept?.profile.settingsVersion === version) {
      kept.until = until;
      return kept.profile;
    }
    const profile = this.#make(settings, version);
    this.#kept.set(projectId, { profile, until });
    return profile;
  }

  #make(settings: ProjectSettings, settingsVersion: number): AnswerProfile {
    const chosen = this.#deps.choose(settings);
    const { name, form = '' } = chosen.generator;
    const id = profileOf({ generator: JSON.stringify([name, form]), retrieval: this.#deps.retrieval });
    return {
      ...chosen,
      id,
      keys: new AnswerKeys(id),
      servesStale: settings.stale === 'serve',
      settingsVersion,
    };
  }
}
