import type { AlertThresholds } from './alert-thresholds.ts';
import type { Caps } from './caps.ts';
import type { Rates } from './quota.ts';

/** What a project chose for itself; null stands for what the server has. */
export interface ProjectSettings {
  readonly generator: ModelChoice | null;
  readonly embedder: ModelChoice | null;
  readonly prompts: PromptLayers;
  /** What to do when the generator is down and no answer is kept: quote the best sentences, or refuse. */
  readonly fallback: Fallback | null;
  /** What to do with an answer that is stale while somebody asks for it; null: `wait`. */
  readonly stale: StalePolicy | null;
  readonly rewarm: RewarmSettings | null;
  readonly rates: Rates | null;
  /** Tokens that models may take in a day, UTC; 0: as many as are wanted. */
  readonly tokensPerDay: number | null;
  readonly catalogue: CatalogueChoice | null;
  readonly caps: Caps | null;
  readonly alerts: AlertThresholds | null;
}

/** How lists of books run where a batch does not say: pace, concurrency, depth and budget together. */
export interface CatalogueChoice {
  readonly preset: CataloguePreset;
}

export type CataloguePreset = 'gentle' | 'normal' | 'eager';

/** How the server keeps the project's answers warm by itself. */
export interface RewarmSettings {
  /** Tokens that this may cost in 24 hours; 0: nothing is made by itself; null: as the server has it. */
  readonly tokensPerDay: number | null;
  /** Popular questions that the cache had no answer to are warmed too. */
  readonly warmsMisses: boolean;
}

/** `wait`: whoever asks waits for the new one. `serve`: the old one at once, flagged, while the new one is made. */
export type StalePolicy = 'wait' | 'serve';

export type Fallback = 'extractive' | 'none';

/** A model, and how it is reached. */
export interface ModelChoice {
  /** `extractive`, `lexical`, or `<provider>:<model>`. */
  readonly model: string;
  /** null: the provider's own, or what the server was given. A choice with an address of its own never gets the server's key. */
  readonly baseUrl: string | null;
  /** Name of the setting that holds the key, `PREHEAT_MODEL_KEY_…`: keys themselves are never stored. */
  readonly keyName: string | null;
  /** Of an embedder: null leaves it to the model. */
  readonly dimensions: number | null;
  readonly timeoutSeconds: number | null;
  readonly concurrency: number | null;
  /** Per million tokens. */
  readonly inputPrice: number | null;
  readonly outputPrice: number | null;
}

/** What the generator is told, in layers from the general to the special; each says more, none takes the frame away. */
export interface PromptLayers {
  /** How to answer from passages; null: Preheat's own words. */
  readonly product: string | null;
  /** What is special about this project: its readers, its tone. */
  readonly project: string | null;
  /** By workload. */
  readonly workloads: { readonly answers: string | null };
}

export const NO_SETTINGS: ProjectSettings = {
  generator: null,
  embedder: null,
  prompts: { product: null, project: null, workloads: { answers: null } },
  fallback: null,
  stale: null,
  rewarm: null,
  rates: null,
  tokensPerDay: null,
  catalogue: null,
  caps: null,
  alerts: null,
};

/** Characters of one layer: more is a document, and belongs among them. */
export const MAX_PROMPT_CHARACTERS = 8_000;

export const KEY_NAME = /^PREHEAT_MODEL_KEY_[A-Z0-9_]{1,40}$/;

/** `openai:gpt-4o-mini` in its parts; null when it names no model. */
export function readModel(model: string): { readonly provider: string; readonly model: string } | null {
  const colon = model.indexOf(':');
  if (colon === -1) return { provider: model, model: '' };
  const [provider, name] = [model.slice(0, colon), model.slice(colon + 1)];
  return provider === '' || name === '' || /[\s\p{C}]/u.test(name) ? null : { provider, model: name };
}
