import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ServiceFacts } from '#ports/service.ts';
import { ServiceWatch } from './watch-service.ts';

function begin() {
  const parts = {
    facts: {
      product: 'valkey 8.1.0',
      usedBytes: 0,
      maxBytes: 100,
      mayEvict: false,
      evictedKeys: 0,
      clients: 1,
      commandsPerSecond: 0,
      latencyMs: 0.2,
      warnings: [],
    } as ServiceFacts,
    isAway: false,
    logged: [] as string[],
  };
  const watch = new ServiceWatch({
    name: 'redis',
    service: {
      ping: () => Promise.resolve(),
      describe: () =>
        parts.isAway ? Promise.reject(new Error('It is away.')) : Promise.resolve(parts.facts),
      close: () => undefined,
    },
    clock: () => 7,
    log: (level, event) => void parts.logged.push(`${level} ${event}`),
    alertAt: 0.8,
  });
  const at = async (usedBytes: number): Promise<boolean> => {
    parts.facts = { ...parts.facts, usedBytes };
    await watch.look();
    return watch.state.isFilling;
  };
  return { parts, watch, at };
}

test('memory that fills is told once, and so is that it has room again', async () => {
  const { parts, at } = begin();
  assert.deepEqual(
    [await at(79), await at(80), await at(75), await at(81), await at(71), await at(75)],
    [false, true, true, true, false, false],
  );
  assert.deepEqual(parts.logged, ['warn service_memory_high', 'info service_memory_calm']);
});

test('a service without a limit never fills', async () => {
  const { parts, at } = begin();
  parts.facts = { ...parts.facts, maxBytes: null };
  assert.equal(await at(10 ** 12), false);
});

test('one that is away keeps what was last known of it, and says why', async () => {
  const { parts, watch } = begin();
  await watch.look();
  parts.isAway = true;
  await watch.look();
  const { isUp, facts, seenAt, why } = watch.state;
  assert.deepEqual([isUp, facts?.product, seenAt, why], [false, 'valkey 8.1.0', 7, 'It is away.']);
});

test('a setting that will be trouble is told once', async () => {
  const { parts, watch } = begin();
  parts.facts = { ...parts.facts, warnings: ['maxmemory is not set'] };
  await watch.look();
  await watch.look();
  assert.deepEqual(parts.logged, ['warn service_setting']);
});
