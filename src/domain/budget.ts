import { Fault } from './fault.ts';

/** Who pays for a call of a model: a project, and the key that asked, where one did. */
export interface Payer {
  readonly projectId: number;
  readonly keyId: number | null;
}

export type BudgetScope = 'project' | 'key';

/** What was spent of the tokens of a day, and what calls that are under way have set aside. */
export interface BudgetUse {
  readonly scope: BudgetScope;
  /** Of the project or the key. */
  readonly id: number;
  readonly spent: number;
  readonly reserved: number;
}

/** What a call may come to. */
export interface Reckoned {
  /** What it is asked with. */
  readonly prompt: number;
  /** With the longest answer it may give. */
  readonly most: number;
}

const DAY_MS = 86_400_000;

/** Days begin at midnight, UTC. */
export function dayOf(now: number): number {
  return Math.floor(now / DAY_MS);
}

export function endOfDay(now: number): number {
  return (dayOf(now) + 1) * DAY_MS;
}

/** The tokens of a day are spent, or set aside by calls that are under way. */
export class BudgetSpent extends Fault {
  /** A cached answer was to be looked at, which takes an embedding: whether it is still fresh is not known. */
  readonly isUnchecked: boolean;

  constructor(message: string, retryAfterSeconds: number, isUnchecked = false) {
    super('limited', 'budget_spent', message, { retryAfterSeconds });
    this.isUnchecked = isUnchecked;
  }

  unchecked(): BudgetSpent {
    return new BudgetSpent(this.message, this.retryAfterSeconds ?? 0, true);
  }
}

/**
 * How many tokens a text may be, rather too many than too few: about four letters of English are one, and hardly any
 * other script has more than one and a half to a character.
 */
export function reckonTokens(text: string): number {
  let plain = 0;
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) < 128) plain += 1;
  return Math.ceil(plain / 3 + (text.length - plain) * 1.5);
}
