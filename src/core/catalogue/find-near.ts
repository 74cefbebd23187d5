import { likeness, skeletonOf } from '#domain/title.ts';
import type { RecordStore } from '#ports/store/records.ts';
import type { Wanted } from './wanted.ts';

/** A key that is spelled like the one that was asked for. */
export interface Near {
  readonly key: string;
  readonly name: string;
  /** 0 to 1. */
  readonly likeness: number;
}

const MOST_COMPARED = 500;
const MOST_NAMED = 5;
const LEAST = 0.45;

/**
 * Keys that sound like the wanted one: those whose skeleton begins alike are compared letter by letter. First with the
 * longer beginning, so that in a large catalogue the likeliest are among the compared.
 */
export async function findNear(
  records: Pick<RecordStore, 'near'>,
  { projectId, kind, key }: Wanted,
): Promise<readonly Near[]> {
  if (kind === 'isbn') return [];
  const skeleton = skeletonOf(key);
  const found = new Map<string, Near>();
  for (const length of [skeleton.length, 4, 2]) {
    const beginning = skeleton.slice(0, length);
    for (const near of await records.near(projectId, kind, beginning, MOST_COMPARED))
      found.set(near.key, { ...near, likeness: likeness(near.key, key) });
    if (found.size >= MOST_NAMED && length <= 4) break;
  }
  return [...found.values()]
    .filter((near) => near.key !== key && near.likeness >= LEAST)
    .toSorted((a, b) => b.likeness - a.likeness)
    .slice(0, MOST_NAMED);
}
