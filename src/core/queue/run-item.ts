import { backoffMs } from '#domain/backoff.ts';
import type { RetryPolicy } from '#domain/backoff.ts';
import { BudgetSpent } from '#domain/budget.ts';
import { Fault } from '#domain/fault.ts';
import type { FaultKind } from '#domain/fault.ts';
import { ModelFault } from '#domain/model-fault.ts';
import type { ItemError } from '#domain/item.ts';
import type { ClaimedItem, Outcome, Settlement } from '#domain/outcome.ts';
import type { Clock } from '#ports/log.ts';
import type { RunContext, Workload } from '#ports/workload.ts';

export interface RunDeps {
  readonly workloads: ReadonlyMap<string, Workload>;
  readonly retry: RetryPolicy;
  readonly clock: Clock;
  readonly random: () => number;
  /** Hears of what a workload threw that nothing outside explains. */
  readonly onDefect?: (item: ClaimedItem, error: unknown) => void;
}

/** Errors that the same input will bring again. */
const INCURABLE: ReadonlySet<FaultKind> = new Set([
  'invalid',
  'unsupported',
  'refused',
  'too_large',
  'not_found',
  'forbidden',
]);

/** Until a model that is down is tried again, where it does not say. */
const OUTAGE_SECONDS = 15;
const BUDGET_SECONDS = 60;

/** Runs one claimed item and says how it is to be settled; never throws. */
export async function runItem(deps: RunDeps, item: ClaimedItem, context: RunContext): Promise<Settlement> {
  const workload = deps.workloads.get(item.workload);
  try {
    const outcome: Outcome =
      workload === undefined
        ? {
            kind: 'failed',
            error: { code: 'unknown_workload', message: `This server has no workload ${item.workload}.` },
          }
        : await workload.run(item, context);
    return toSettlement(deps, item, outcome);
  } catch (error) {
    if (isDefect(error) && !context.signal.aborted) deps.onDefect?.(item, error);
    return toSettlement(deps, item, outcomeOf(error));
  }
}

/** A retry becomes a time, or a dead letter when the attempts are used up. */
export function toSettlement(deps: RunDeps, item: ClaimedItem, outcome: Outcome): Settlement {
  const { id: itemId, generation } = item;
  const failures = item.failures + 1;
  const isLast = failures >= item.maxAttempts;
  const retryAt = (afterMs?: number): number =>
    deps.clock() + (afterMs ?? backoffMs(deps.retry, failures, deps.random()));
  if ((outcome.kind === 'completed' || outcome.kind === 'skipped') && outcome.effects?.length && !isLast)
    return { itemId, generation, outcome, retryAt: retryAt() };
  if (outcome.kind === 'deferred') {
    const availableAt = deps.clock() + outcome.afterMs;
    return { itemId, generation, outcome: { kind: 'deferred', error: outcome.error, availableAt } };
  }
  if (outcome.kind !== 'retry') return { itemId, generation, outcome };
  const { error, afterMs } = outcome;
  if (isLast) return { itemId, generation, outcome: { kind: 'failed', error } };
  return { itemId, generation, outcome: { kind: 'retry', error, availableAt: retryAt(afterMs) } };
}

function outcomeOf(thrown: unknown): Outcome {
  const error = errorOf(thrown);
  if (!(thrown instanceof Fault)) return { kind: 'retry', error };
  if (thrown instanceof ModelFault && thrown.isOutage) {
    // Its batch is held up with it: an outage of hours costs no item an attempt.
    return { kind: 'deferred', error, afterMs: (thrown.retryAfterSeconds ?? OUTAGE_SECONDS) * 1_000 };
  }
  if (thrown instanceof BudgetSpent) {
    // Looked at again now and then: the budget may be raised, here or in another process.
    const seconds = Math.min(thrown.retryAfterSeconds ?? BUDGET_SECONDS, BUDGET_SECONDS);
    return { kind: 'deferred', error, afterMs: seconds * 1_000 };
  }
  if (INCURABLE.has(thrown.kind)) return { kind: 'failed', error };
  const { retryAfterSeconds } = thrown;
  return retryAfterSeconds === undefined
    ? { kind: 'retry', error }
    : { kind: 'retry', error, afterMs: retryAfterSeconds * 1_000 };
}

/** No fault, or the database refusing what it should not have been asked. */
function isDefect(error: unknown): boolean {
  return !(error instanceof Fault) || error.code === 'store_failed';
}

function errorOf(thrown: unknown): ItemError {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return { code: thrown instanceof Fault ? thrown.code : 'internal', message: message.slice(0, 2_000) };
}
