import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault } from '#domain/fault.ts';
import type { FaultKind } from '#domain/fault.ts';
import type { ClaimedItem, Outcome, Settlement } from '#domain/outcome.ts';
import type { RunContext, Workload } from '#ports/workload.ts';
import { ModelFault } from '#domain/model-fault.ts';
import { runItem } from './run-item.ts';

const NOW = 1_000_000;
const CONTEXT: RunContext = {
  signal: new AbortController().signal,
  options: {},
  report: () => undefined,
};

/** How a run that does `work` is settled; the wait before a retry is exactly 1 s × 2^(failures − 1). */
async function settlementOf(
  work: () => Promise<Outcome>,
  item: Partial<ClaimedItem> = {},
): Promise<Settlement['outcome']> {
  const workloads = new Map([['test', { run: work } as Partial<Workload> as Workload]]);
  const claimed = {
    id: 5,
    generation: 2,
    workload: 'test',
    failures: 0,
    maxAttempts: 3,
    ...item,
  } as ClaimedItem;
  const deps = {
    workloads,
    retry: { maxAttempts: 3, baseMs: 2_000, maxMs: 60_000 },
    clock: () => NOW,
    random: () => 0,
  };
  const settlement = await runItem(deps, claimed, CONTEXT);
  assert.deepEqual([settlement.itemId, settlement.generation], [5, 2]);
  return settlement.outcome;
}

function throwing(error: unknown): () => Promise<Outcome> {
  return () => Promise.reject(error as Error);
}

test('a model that is down costs no attempt: the item waits as long as the model says', async () => {
  const down = (isOutage: boolean): ModelFault =>
    new ModelFault('unavailable', 'model_resting', 'It is down.', { retryAfterSeconds: 7, isOutage });
  const last = { failures: 2 };
  assert.deepEqual(await settlementOf(throwing(down(true)), last), {
    kind: 'deferred',
    error: { code: 'model_resting', message: 'It is down.' },
    availableAt: NOW + 7_000,
  });
  assert.equal((await settlementOf(throwing(down(false)), last)).kind, 'failed');
});

test('what a workload says is how the item ends', async () => {
  const outcome: Outcome = { kind: 'completed', result: { n: 1 }, effects: [] };
  assert.equal(await settlementOf(async () => outcome), outcome);
});

test('an error thrown is worth another attempt, after a wait that doubles', async () => {
  const error = { code: 'internal', message: 'Boom.' };
  for (const [failures, waitMs] of [
    [0, 1_000],
    [1, 2_000],
  ] as const) {
    assert.deepEqual(await settlementOf(throwing(new Error('Boom.')), { failures }), {
      kind: 'retry',
      error,
      availableAt: NOW + waitMs,
    });
  }
});

test('the last attempt makes a dead letter', async () => {
  const outcome = await settlementOf(throwing(new Error('Boom.')), { failures: 2 });
  assert.deepEqual(outcome, { kind: 'failed', error: { code: 'internal', message: 'Boom.' } });
});

test('a workload may ask for a retry, and for when', async () => {
  const error = { code: 'limited', message: 'Later.' };
  const outcome = await settlementOf(async () => ({ kind: 'retry', error, afterMs: 7_000 }));
  assert.deepEqual(outcome, { kind: 'retry', error, availableAt: NOW + 7_000 });
});

test('the other side is asked again when it said it may be', async () => {
  const limited = new Fault('limited', 'slow_down', 'Slow down.', { retryAfterSeconds: 9 });
  const outcome = await settlementOf(throwing(limited));
  assert.equal(outcome.kind === 'retry' && outcome.availableAt, NOW + 9_000);
});

const INCURABLE: Readonly<Record<FaultKind, boolean>> = {
  invalid: true,
  forbidden: true,
  not_found: true,
  too_large: true,
  unsupported: true,
  refused: true,
  unauthorized: false,
  conflict: false,
  limited: false,
  unavailable: false,
  internal: false,
};

for (const [kind, isIncurable] of Object.entries(INCURABLE)) {
  test(`a fault of kind ${kind} ${isIncurable ? 'fails at once' : 'is tried again'}`, async () => {
    const outcome = await settlementOf(throwing(new Fault(kind as FaultKind, 'some_code', 'No.')));
    assert.equal(outcome.kind, isIncurable ? 'failed' : 'retry');
    assert.deepEqual('error' in outcome && outcome.error, { code: 'some_code', message: 'No.' });
  });
}

test('an item of a workload that this server does not have fails, and says so', async () => {
  const outcome = await settlementOf(throwing('never called'), { workload: 'gone' });
  assert.equal(outcome.kind === 'failed' && outcome.error.code, 'unknown_workload');
});

test('what is thrown need not be an error, and a message of a megabyte is cut', async () => {
  const said = await settlementOf(throwing('just text'), { maxAttempts: 1 });
  assert.equal(said.kind === 'failed' && said.error.message, 'just text');
  const long = await settlementOf(throwing(new Error('x'.repeat(1e6))), { maxAttempts: 1 });
  assert.equal(long.kind === 'failed' && long.error.message.length, 2_000);
});

test('a result with effects says when to try again should they conflict, while attempts are left', async () => {
  const outcome: Outcome = {
    kind: 'completed',
    result: null,
    effects: [{ kind: 'publish', projectId: 1, versionId: 2 }],
  };
  const deps = {
    workloads: new Map([['test', { run: async () => outcome } as Partial<Workload> as Workload]]),
    retry: { maxAttempts: 3, baseMs: 2_000, maxMs: 60_000 },
    clock: () => NOW,
    random: () => 0,
  };
  const item = { id: 5, generation: 2, workload: 'test', failures: 0, maxAttempts: 2 } as ClaimedItem;
  const settled = { itemId: 5, generation: 2, outcome };
  assert.deepEqual(await runItem(deps, item, CONTEXT), { ...settled, retryAt: NOW + 1_000 });
  assert.deepEqual(await runItem(deps, { ...item, failures: 1 }, CONTEXT), settled);
});
