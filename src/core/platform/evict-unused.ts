import { capOf } from '#domain/caps.ts';
import type { CapName } from '#domain/caps.ts';
import type { Log } from '#ports/log.ts';
import type { Store } from '#ports/store/store.ts';

export interface EvictDeps {
  readonly store: Pick<Store, 'projects' | 'holdings' | 'answers' | 'turns'>;
  readonly standard: Readonly<Record<CapName, number>>;
  /** What was dropped is to be forgotten everywhere. */
  readonly onEvicted: (projectId: number) => void;
  readonly log: Log;
}

/** In one go; more goes with the next. */
const ONE_STEP = 10_000;

/**
 * Drops what was used longest ago, of each project that holds more than it may: its own, and nobody else's.
 *
 * @returns answers and turns that went
 */
export async function evictUnused({ store, standard, onEvicted, log }: EvictDeps): Promise<number> {
  let evicted = 0;
  for (const { id, name } of await store.projects.list()) {
    const { settings } = await store.projects.settings(id);
    const cap = capOf(settings.caps, standard, 'cachedBytes');
    if (cap === null) continue;
    const { answerIds, turnKeys } = await store.holdings.leastUsed(id, cap, ONE_STEP);
    if (answerIds.length + turnKeys.length === 0) continue;
    if (answerIds.length > 0) evicted += await store.answers.drop(id, { answerIds });
    if (turnKeys.length > 0) evicted += await store.turns.drop(id, { keys: turnKeys });
    onEvicted(id);
    log('info', 'evicted', { project: name, answers: answerIds.length, turns: turnKeys.length });
  }
  return evicted;
}
