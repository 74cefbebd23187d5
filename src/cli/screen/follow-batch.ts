import type { BatchesApi } from '#sdk/batches.ts';
import type { BatchEvent } from '#sdk/watch.ts';
import { LiveBlock } from './live-block.ts';
import { percentDone, progressBlock, progressLine } from './progress-view.ts';
import type { Terminal } from './terminal.ts';

/** How the events of a batch are shown. */
export type Style = 'live' | 'plain' | 'json' | 'silent';

export interface Following {
  readonly batches: Pick<BatchesApi, 'watch'>;
  readonly terminal: Terminal;
  readonly style: Style;
  /** Fires when the person stops looking; the batch goes on. */
  readonly signal: AbortSignal;
}

interface Show {
  event(event: BatchEvent): void;
  end(): void;
}

/**
 * Shows a batch until its end, and gives its last event; null when nobody wants to look any more.
 *
 * @throws PreheatError
 */
export async function followBatch(following: Following, batchId: string): Promise<BatchEvent | null> {
  const show = SHOWS[following.style](following.terminal);
  let last: BatchEvent | null = null;
  try {
    for await (const event of following.batches.watch(batchId, { signal: following.signal })) {
      last = event;
      show.event(event);
    }
  } catch (error) {
    if (!following.signal.aborted) throw error;
    return null;
  } finally {
    show.end();
  }
  return last;
}

export function styleFor(terminal: Terminal, isJson: boolean): Style {
  if (isJson) return 'json';
  return terminal.isLive ? 'live' : 'plain';
}

const SHOWS: Readonly<Record<Style, (terminal: Terminal) => Show>> = {
  live: showLive,
  plain: (terminal) => showPlain(terminal, () => performance.now()),
  json: (terminal) => ({
    event: (event) => terminal.out(`${JSON.stringify(event)}\n`),
    end: () => undefined,
  }),
  silent: () => ({ event: () => undefined, end: () => undefined }),
};

function showLive(terminal: Terminal): Show {
  const block = new LiveBlock(terminal);
  return {
    event: (event) => block.draw(progressBlock(event, terminal.width(), terminal.paint)),
    end: () => block.end('clear'),
  };
}

const LEAST_MS = 1_000;
const MOST_MS = 10_000;
const STEP_PERCENT = 10;

/** A line at each tenth and each ten seconds, and never more than one a second: a log that can be read. */
export function showPlain(terminal: Pick<Terminal, 'out'>, now: () => number): Show {
  let toldAt = Number.NEGATIVE_INFINITY;
  let told = { step: -1, status: '', line: '' };
  return {
    event(event) {
      const line = progressLine(event);
      const step = Math.floor(percentDone(event) / STEP_PERCENT);
      const since = now() - toldAt;
      const isDue =
        event.status !== told.status || (step !== told.step && since >= LEAST_MS) || since >= MOST_MS;
      if (!isDue || line === told.line) return;
      terminal.out(`  ${line}\n`);
      toldAt = now();
      told = { step, status: event.status, line };
    },
    end: () => undefined,
  };
}
