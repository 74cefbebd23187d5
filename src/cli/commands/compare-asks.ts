import type { PreheatClient } from '#sdk/client.ts';
import type { Asked } from '#sdk/wire/answers.ts';
import { showDuration } from '../screen/show-time.ts';
import type { Paint } from '../screen/terminal.ts';

/** The same question asked twice: made anew, and read from the cache. Times are those of whoever asks, over HTTP. */
export interface Comparison {
  readonly asked: Asked;
  readonly coldMs: number;
  readonly warmMs: number;
}

const WARM_ASKS = 9;

/** @throws PreheatError */
export async function compareAsks(
  client: PreheatClient,
  question: string,
  signal: AbortSignal,
): Promise<Comparison> {
  // Opens the connection: neither of the two times should have it in.
  await client.ask(question, { signal });
  const cold = await timed(() => client.ask({ question, cache: 'refresh' }, { signal }));
  const warm: number[] = [];
  let asked = cold.asked;
  for (let i = 0; i < WARM_ASKS; i += 1) {
    const one = await timed(() => client.ask(question, { signal }));
    warm.push(one.tookMs);
    asked = one.asked;
  }
  const middle = warm.toSorted((a, b) => a - b)[Math.floor(WARM_ASKS / 2)] ?? 0;
  return { asked, coldMs: cold.tookMs, warmMs: middle };
}

const BAR_COLUMNS = 32;

/** Two bars to one scale. */
export function comparisonLines({ coldMs, warmMs }: Comparison, paint: Paint): string[] {
  const most = Math.max(coldMs, warmMs);
  const row = (label: string, how: string, ms: number, style: (text: string) => string): string => {
    const length = Math.max(1, Math.round((BAR_COLUMNS * ms) / most));
    return `     ${label}  ${paint.dim(how.padEnd(22))}  ${showDuration(ms).padStart(7)}  ${style('━'.repeat(length))}`;
  };
  return [
    row('cold', 'made for whoever asks', coldMs, paint.dim),
    row('warm', 'read from the cache', warmMs, paint.accent),
  ];
}

async function timed(ask: () => Promise<Asked>): Promise<{ readonly asked: Asked; readonly tookMs: number }> {
  const startedAt = performance.now();
  const asked = await ask();
  return { asked, tookMs: performance.now() - startedAt };
}
