import { Fault } from './fault.ts';

/** Lengths of windows in milliseconds. Aligned ones begin with the epoch's own seconds, minutes, hours and days (UTC). */
export const WINDOW_MS = { second: 1_000, minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;
export type WindowName = keyof typeof WINDOW_MS;

/** At most so many calls in a window. */
export interface Rate {
  readonly calls: number;
  readonly per: WindowName;
  /** True: in any window of that length; false: in each that begins on the clock. */
  readonly isSliding: boolean;
}

/** Whom calls are counted for. */
export const LIMIT_SCOPES = ['key', 'user', 'project', 'ip'] as const;
export type LimitScope = (typeof LIMIT_SCOPES)[number];

/** null: as the server has it. */
export type Rates = { readonly [S in LimitScope]: readonly Rate[] | null };

/** A rate, and for whom it is counted. */
export interface Quota extends Rate {
  readonly scope: LimitScope;
  /** Who: such as `key:12`, `user:3:alice`. */
  readonly subject: string;
}

/** How a quota stands after a call. */
export interface QuotaState {
  readonly quota: Quota;
  readonly left: number;
  /** Until there is more. */
  readonly resetMs: number;
}

/** Whether one call may go on, and how each of its quotas stands. */
export interface Spent {
  readonly isAllowed: boolean;
  readonly states: readonly QuotaState[];
}

/** A call that is one too many. */
export class RateLimited extends Fault {
  readonly spent: Spent;

  constructor(message: string, spent: Spent, retryAfterSeconds: number) {
    super('limited', 'rate_limited', message, { retryAfterSeconds });
    this.spent = spent;
  }
}

/** What callers know it by: `key-minute`. */
export function quotaName({ scope, per, isSliding }: Quota): string {
  return `${scope}-${per}${isSliding ? '-sliding' : ''}`;
}

/** What it is counted under: the number of calls is not in it, so that a changed limit goes on with the same count. */
export function quotaId({ subject, per, isSliding }: Pick<Quota, 'subject' | 'per' | 'isSliding'>): string {
  return `${isSliding ? 'sliding' : 'aligned'}|${per}|${subject}`;
}

/** Subjects begin with the project where they belong to one, so that they can be forgotten with it. */
export function isSubjectOf(subject: string, projectId: number): boolean {
  const [scope, project] = subject.split(':');
  return scope !== 'key' && project === String(projectId);
}

/** As `readRates` reads it. */
export function showRate({ calls, per, isSliding }: Rate): string {
  return `${calls}/${per}${isSliding ? ' sliding' : ''}`;
}

/** Reads `600/minute, 20/second sliding`; `off` is no limit. Null when it cannot be read. */
export function readRates(text: string): readonly Rate[] | null {
  if (text === '' || text === 'off') return [];
  const rates = text.split(',').map(readRate);
  return rates.some((rate) => rate === null) ? null : (rates as readonly Rate[]);
}

const RATE = /^\s*(\d{1,9})\s*\/\s*(second|minute|hour|day)(\s+sliding)?\s*$/;

function readRate(text: string): Rate | null {
  const [, calls, per, sliding] = RATE.exec(text) ?? [];
  if (calls === undefined || Number(calls) === 0) return null;
  return { calls: Number(calls), per: per as WindowName, isSliding: sliding !== undefined };
}
