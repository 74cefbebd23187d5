import { type Stage, wordsOfStage } from '#domain/stage.ts';
import type * as wire from '#wire/index.ts';

/** What a run is doing, in words and as data. */
export function presentStage(stage: Stage | null): Pick<wire.ItemDetail, 'stage' | 'step'> {
  if (stage === null) return { stage: null, step: null };
  const { name, unit = null, done = null, total = null } = stage;
  return { stage: wordsOfStage(stage), step: { name, unit, done, total } };
}
