import { BudgetSpent, endOfDay } from '#domain/budget.ts';
import type { BudgetScope, BudgetUse, Payer, Reckoned } from '#domain/budget.ts';
import type { Clock } from '#ports/log.ts';
import type { Reserved } from '#ports/store/budgets.ts';
import type { Store } from '#ports/store/store.ts';

export interface TokenBudgetDeps {
  readonly store: Pick<Store, 'budgets' | 'projects' | 'keys'>;
  readonly clock: Clock;
  /** Tokens in a day where nobody chose anything; 0: as many as are wanted. */
  readonly standard: Readonly<Record<BudgetScope, number>>;
  /** Gets errors of bookings that nobody waits for. */
  readonly onError: (error: unknown) => void;
}

/** A call of a model, and what it took. */
export interface ModelCall<T> {
  readonly call: () => Promise<T>;
  readonly tokensOf: (made: T) => number;
}

/** A budget of tokens, and what was spent of it today. */
export interface BudgetView extends BudgetUse {
  /** null: there is none. */
  readonly tokensPerDay: number | null;
  /** Of a key; null: the project itself. */
  readonly name: string | null;
  readonly resetsAt: number;
}

/** Longer than a model may take; only for those whose process died. */
const RESERVED_MS = 15 * 60_000;
/** A call that is under way may settle for less than it set aside. */
const BUSY_SECONDS = 5;

/** Sees to it that calls of models stay within the tokens of the day, of a project and of the key that asked. */
export class TokenBudgets {
  readonly #deps: TokenBudgetDeps;

  constructor(deps: TokenBudgetDeps) {
    this.#deps = deps;
  }

  /**
   * Makes a call of a model, and books what it took.
   *
   * @throws BudgetSpent, before the call; what the call throws
   */
  async run<T>(payer: Payer, reckoned: Reckoned, { call, tokensOf }: ModelCall<T>): Promise<T> {
    const reservationId = await this.#reserve(payer, reckoned);
    let tokens = 0;
    try {
      const made = await call();
      tokens = tokensOf(made);
      return made;
    } catch (error) {
      // Who hung up does not know what was written: what was read is booked.
      if ((error as Error | null)?.name === 'AbortError') tokens = reckoned.prompt;
      throw error;
    } finally {
      const { store, clock, onError } = this.#deps;
      const settled = store.budgets.settle({ ...payer, reservationId, tokens, now: clock() }).catch(onError);
      // The next one is to find what is left; where nothing is limited, nobody waits.
      if (reservationId !== null) await settled;
    }
  }

  /** Tokens a day of a project, and of each of its keys that chose none; null: as many as are wanted. */
  async limitOf(projectId: number): Promise<number | null> {
    const { settings } = await this.#deps.store.projects.settings(projectId);
    return limited(settings.tokensPerDay ?? this.#deps.standard.project);
  }

  /** What was spent today, of a project and its keys. */
  uses(projectId: number): Promise<readonly BudgetUse[]> {
    return this.#deps.store.budgets.uses(projectId, this.#deps.clock());
  }

  /** With their limits, for people. */
  async list(projectId: number, isServer: boolean): Promise<readonly BudgetView[]> {
    const { store, clock } = this.#deps;
    const [uses, keys] = await Promise.all([
      store.budgets.uses(isServer ? null : projectId, clock()),
      store.keys.list(isServer ? null : projectId, { limit: 1_000, cursor: null }),
    ]);
    const byId = new Map(keys.items.map((key) => [key.id, key]));
    const perDay = await this.limitOf(projectId);
    const resetsAt = endOfDay(clock());
    const none = { scope: 'project', id: projectId, spent: 0, reserved: 0 } as const;
    const own = uses.find(({ scope, id }) => scope === 'project' && id === projectId) ?? none;
    const ofKeys = uses.flatMap((use) => {
      const key = use.scope === 'key' ? byId.get(use.id) : undefined;
      if (key === undefined) return [];
      return [{ ...use, name: key.name, tokensPerDay: this.keyLimit(key.limits.tokensPerDay), resetsAt }];
    });
    return [{ ...own, name: null, tokensPerDay: perDay, resetsAt }, ...ofKeys];
  }

  keyLimit(tokensPerDay: number | null): number | null {
    return limited(tokensPerDay ?? this.#deps.standard.key);
  }

  async #reserve(payer: Payer, { most }: Reckoned): Promise<number | null> {
    const { store, clock } = this.#deps;
    const [project, key] = await Promise.all([this.limitOf(payer.projectId), this.#limitOfKey(payer.keyId)]);
    if (project === null && key === null) return null;
    const now = clock();
    const limits = { project, key };
    const reserved = await store.budgets.reserve({
      ...payer,
      limits,
      tokens: most,
      now,
      expiresAt: now + RESERVED_MS,
    });
    if (reserved.kind === 'refused') throw refusal(reserved, now);
    return reserved.id;
  }

  async #limitOfKey(keyId: number | null): Promise<number | null> {
    if (keyId === null) return null;
    const key = await this.#deps.store.keys.find(keyId);
    return this.keyLimit(key?.limits.tokensPerDay ?? null);
  }
}

function limited(tokens: number): number | null {
  return tokens === 0 ? null : tokens;
}

function refusal({ limit, use }: Extract<Reserved, { kind: 'refused' }>, now: number): BudgetSpent {
  const whose = use.scope === 'key' ? 'of this key' : 'of this project';
  const tokens = (n: number): string => n.toLocaleString('en');
  if (use.spent >= limit) {
    const message = `The ${tokens(limit)} tokens a day ${whose} are spent (${tokens(use.spent)}): what is cached is still served, and new answers are made from midnight UTC on.`;
    return new BudgetSpent(message, Math.ceil((endOfDay(now) - now) / 1_000));
  }
  const message = `Of the ${tokens(limit)} tokens a day ${whose} ${tokens(use.spent)} are spent, and answers under way have set ${tokens(use.reserved)} aside.`;
  return new BudgetSpent(message, BUSY_SECONDS);
}
