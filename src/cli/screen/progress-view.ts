import type { Progress } from '#sdk/wire/events.ts';
import { showNumber, showRate } from './show-count.ts';
import { showDuration } from './show-time.ts';
import type { Paint } from './terminal.ts';
import { clean, clip } from './visible-text.ts';
import { wordsOf } from './words-of.ts';

const BAR_COLUMNS = 40;
/** Below this the bar has no room beside the figures. */
const NARROW_COLUMNS = 40;
const MARGIN = '  ';

/** What is shown of a batch; a snapshot of the server. */
export type Shown = Pick<
  Progress,
  | 'workload'
  | 'status'
  | 'total'
  | 'processed'
  | 'completed'
  | 'failed'
  | 'skipped'
  | 'cancelled'
  | 'ratePerSecond'
  | 'etaSeconds'
> & {
  readonly hold?: Progress['hold'];
  readonly current: readonly { readonly description: string; readonly stage: string | null }[];
};

/** Three lines: the bar, the figures, and what is being worked on now. */
export function progressBlock(shown: Shown, width: number, paint: Paint): string[] {
  const working = shown.hold ? `waits: ${clean(shown.hold.message)}` : workingOn(shown.current[0]);
  const columns = width - MARGIN.length - 1;
  const isNarrow = columns < NARROW_COLUMNS;
  const barColumns = isNarrow ? Math.max(4, columns - 8) : Math.min(BAR_COLUMNS, columns - 29);
  const place = isNarrow ? '' : `  ${paint.dim(clip(placeOf(shown), 20))}`;
  return [
    `${MARGIN}${bar(shown, barColumns, paint)}  ${paint.strong(percentOf(shown))}${place}`,
    `${MARGIN}${clip(figuresOf(shown).join(' · '), columns)}`,
    `${MARGIN}${paint.dim(clip(working, columns))}`,
  ];
}

function workingOn(now: Shown['current'][number] | undefined): string {
  return now === undefined ? '' : `› ${clean([now.description, now.stage ?? ''].join('  '))}`;
}

/** The same on one line, for logs. */
export function progressLine(shown: Shown): string {
  const waits = shown.hold ? [`waits: ${clean(shown.hold.message)}`] : [];
  return [percentOf(shown).padStart(5), placeOf(shown), ...figuresOf(shown), ...waits].join('  ');
}

/** Rounded down: 100 % means that nothing is left. */
export function percentDone(shown: Pick<Shown, 'total' | 'processed'>): number {
  return shown.total === 0 ? 0 : Math.floor((100 * shown.processed) / shown.total);
}

function percentOf(shown: Shown): string {
  return `${percentDone(shown)} %`;
}

function placeOf({ processed, total }: Shown): string {
  return `${showNumber(processed)} of ${showNumber(total)}`;
}

function bar(shown: Shown, columns: number, paint: Paint): string {
  const { processed, failed, total } = shown;
  const filled = total === 0 ? 0 : Math.floor((columns * processed) / total);
  // One failure in a million is worth a column.
  const bad = failed === 0 ? 0 : Math.min(filled, Math.max(1, Math.round((columns * failed) / total)));
  const good = paint.accent('━'.repeat(filled - bad));
  return `${good}${paint.bad('━'.repeat(bad))}${paint.dim('─'.repeat(columns - filled))}`;
}

function figuresOf(shown: Shown): string[] {
  const { completed, skipped, failed, cancelled, workload, status, ratePerSecond, etaSeconds } = shown;
  const figures = [`${showNumber(completed)} ${wordsOf(workload).done}`];
  if (skipped > 0) figures.push(`${showNumber(skipped)} skipped`);
  if (failed > 0) figures.push(`${showNumber(failed)} failed`);
  if (cancelled > 0) figures.push(`${showNumber(cancelled)} cancelled`);
  if (status === 'paused') return [...figures, 'paused'];
  if (ratePerSecond !== null && ratePerSecond > 0) figures.push(showRate(ratePerSecond));
  if (etaSeconds !== null && etaSeconds >= 1) figures.push(`about ${leftOf(etaSeconds)} left`);
  return figures;
}

/** An estimate: tenths of a second would promise too much. */
function leftOf(seconds: number): string {
  return seconds < 10 ? `${Math.ceil(seconds)} s` : showDuration(1_000 * seconds);
}
