import type { ThresholdsInForce } from '#domain/alert-thresholds.ts';
import type { Caps } from '#domain/caps.ts';
import type { Fallback, ProjectSettings, PromptLayers, StalePolicy } from '#domain/project-settings.ts';
import type { LimitScope, Rate } from '#domain/quota.ts';

/** What a project chose, and what that comes to with the server's own settings. */
export interface SettingsView {
  readonly settings: ProjectSettings;
  readonly generator: string;
  /** The embedder of the index that answers are made from, and the one that is wanted: while they differ, it is made anew. */
  readonly embedder: { readonly serving: string | null; readonly wanted: string };
  readonly fallback: Fallback;
  readonly stale: StalePolicy;
  readonly rewarm: {
    readonly tokensPerDay: number;
    /** In the last 24 hours. */
    readonly tokensSpent: number;
    readonly warmsMisses: boolean;
  };
  /** How often whom may call. */
  readonly rates: Readonly<Record<LimitScope, readonly Rate[]>>;
  /** How much it may hold; null: any amount. */
  readonly caps: Caps;
  /** From where on something of it is an alert. */
  readonly alerts: ThresholdsInForce;
  /** Of models, in a day; null: as many as are wanted. */
  readonly tokens: { readonly perDay: number | null; readonly spent: number };
  /** Preheat's own words for the first layer of the prompt. */
  readonly productPrompt: string;
}

/** Parts that are named are put in place of what was there. */
export type SettingsChanges = {
  readonly [K in Exclude<keyof ProjectSettings, 'prompts'>]?: ProjectSettings[K];
} & {
  readonly prompts?: Partial<Omit<PromptLayers, 'workloads'>> & {
    readonly workloads?: Partial<PromptLayers['workloads']>;
  };
};
