import { EmbeddedEngine } from '#adapters/engine/embedded/embedded-engine.ts';
import type { EngineParts, OpenEngine } from './engine-parts.ts';

const POLL_MS = 1_000;

/** With a Redis, offers come through it as long as it is there; without one this process claims for itself. */
export async function openEngine(parts: EngineParts): Promise<OpenEngine> {
  const { store, hands, clock, log, workerId, onFailure } = parts;
  const common = { hands, clock, log, workerId, onFailure, pollMs: POLL_MS };
  const alone = new EmbeddedEngine({ ...common, items: store.items });
  if (parts.config.REDIS_URL === '') return { engine: alone, service: null, trouble: () => null };
  // Most servers have no Redis, and should not carry the code for it.
  const { openSharedEngine } = await import('./open-shared-engine.ts');
  return openSharedEngine({ ...parts, ...common, alone });
}
