import type { EngineMode } from '#ports/engine.ts';
import type { ModelState } from '#ports/model.ts';

/** How this process is, for those who ask whether it can serve. */
export interface Health {
  readonly isReady: boolean;
  readonly version: string;
  readonly engine: EngineMode;
  /** Why this process claims for itself although it has a service to share work through; null: it does not. */
  readonly engineTrouble: { readonly why: string; readonly since: number } | null;
  readonly parts: readonly { readonly name: string; readonly isUp: boolean; readonly detail: string }[];
  /** Models outside this process that were called. One that is down does not make the server unready: hits go on. */
  readonly models: readonly ModelState[];
}
