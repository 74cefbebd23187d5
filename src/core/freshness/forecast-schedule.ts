import type { Answer } from '#domain/answer.ts';
import type { Json } from '#domain/json.ts';
import type { ScheduleWithItems } from '#domain/schedule.ts';
import type { Calendar } from '#ports/calendar.ts';
import type { Clock } from '#ports/log.ts';
import { breathe } from '../breathe.ts';

export interface ForecastDeps {
  readonly calendar: Calendar;
  readonly clock: Clock;
  /** The cached answer to an item of the workload `answers`; null when there is none, or it is no question. */
  readonly findAnswer: (projectId: number, item: Json) => Promise<Answer | null>;
}

/** What the next run, and a month of runs, will probably ask for: known from the answers that are there. */
export interface Forecast {
  /** The next few times, in epoch milliseconds. */
  readonly runsAt: readonly number[];
  readonly runsPerMonth: number;
  /** Items that the next run will have to make, and not find warm. */
  readonly toMake: number;
  /** Answers that the averages come from; 0 means that nothing is known yet. */
  readonly known: number;
  /** Of one run; null when nothing is known. */
  readonly tokens: number | null;
  readonly seconds: number | null;
}

const MONTH_MS = 30 * 86_400_000;
const SHOWN = 5;
/** More runs a month than this are reckoned from so many: one by one they would hold everybody up. */
const MOST_COUNTED = 500;
const PIECE = 200;

export async function forecastSchedule(deps: ForecastDeps, schedule: ScheduleWithItems): Promise<Forecast> {
  const runs = upcoming(deps, schedule);
  const at = runs[0] ?? deps.clock();
  const isRefresh = schedule.options['refresh'] === true;
  let toMake = 0;
  const seen = { answers: 0, tokens: 0, tookMs: 0 };
  for (const [index, item] of schedule.items.entries()) {
    if (index % PIECE === PIECE - 1) await breathe();
    const answer = await deps.findAnswer(schedule.projectId, item);
    if (isRefresh || answer === null || answer.expiresAt <= at) toMake += 1;
    if (answer === null) continue;
    seen.answers += 1;
    seen.tokens += answer.usage.inputTokens + answer.usage.outputTokens;
    seen.tookMs += answer.tookMs;
  }
  const each = (sum: number): number | null =>
    seen.answers === 0 ? null : Math.round((sum / seen.answers) * toMake);
  const ms = each(seen.tookMs);
  return {
    runsAt: runs.slice(0, SHOWN),
    runsPerMonth: perMonth(runs, deps.clock()),
    toMake,
    known: seen.answers,
    tokens: each(seen.tokens),
    seconds: ms === null ? null : Math.ceil(ms / 1_000),
  };
}

function perMonth(runs: readonly number[], now: number): number {
  const last = runs.at(-1);
  if (runs.length < MOST_COUNTED || last === undefined) return runs.length;
  return Math.round((runs.length * MONTH_MS) / (last - now));
}

/** The runs of the next thirty days, or the first of them. */
function upcoming({ calendar, clock }: ForecastDeps, schedule: ScheduleWithItems): number[] {
  const runs: number[] = [];
  const until = clock() + MONTH_MS;
  let after = clock();
  while (runs.length < MOST_COUNTED) {
    const next = calendar.next(schedule.cron, schedule.timeZone, after);
    if (next === null || next > until) break;
    runs.push(next);
    after = next;
  }
  return runs;
}
