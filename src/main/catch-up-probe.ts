import type { AnswerProbe } from '#core/freshness/answer-probe.ts';
import type { Log } from '#ports/log.ts';
import type { Store } from '#ports/store/store.ts';

/** Takes in the cached questions behind the start: else the first change of the documents would wait for that. */
export function catchUpProbe(parts: {
  readonly store: Pick<Store, 'projects'>;
  readonly probe: Pick<AnswerProbe, 'catchUp'>;
  readonly log: Log;
}): { start(): void; close(): Promise<void> } {
  const { store, probe, log } = parts;
  const closing = new AbortController();
  const { signal } = closing;
  let running = Promise.resolve();
  const catchUp = async (): Promise<void> => {
    const from = performance.now();
    try {
      const answers = await probe.catchUp(await store.projects.list(), signal);
      log('info', 'probe_caught_up', { answers, tookMs: Math.round(performance.now() - from) });
    } catch (error) {
      if (!signal.aborted) log('warn', 'probe_failed', { why: String(error) });
    }
  };
  return {
    start() {
      running = catchUp();
    },
    async close() {
      closing.abort();
      await running;
    },
  };
}
