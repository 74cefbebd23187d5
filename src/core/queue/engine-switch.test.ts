import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { Fault } from '#domain/fault.ts';
import type { Engine } from '#ports/engine.ts';
import { EngineSwitch } from './engine-switch.ts';

function engineOf(mode: Engine['mode'], happened: string[], fail: () => Error | null): Engine {
  return {
    mode,
    start: async () => {
      const error = fail();
      if (error !== null) throw error;
      happened.push(`${mode} starts`);
    },
    stop: async () => void happened.push(`${mode} stops`),
    close: async () => undefined,
    wake: () => void happened.push(`${mode} woken`),
    along: async (write) => (await write(null)).result,
  };
}

function begin(t: TestContext) {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_000_000 });
  const parts = {
    isAway: false,
    refuses: null as Error | null,
    happened: [] as string[],
    logged: [] as string[],
  };
  const away = (): Error | null => (parts.isAway ? new Error('Connection refused.') : parts.refuses);
  const engine = new EngineSwitch({
    shared: engineOf('bullmq', parts.happened, away),
    alone: engineOf('embedded', parts.happened, () => null),
    ping: () => (parts.isAway ? Promise.reject(new Error('Connection refused.')) : Promise.resolve()),
    clock: Date.now,
    log: (level, event) => void parts.logged.push(`${level} ${event}`),
    everyMs: 500,
  });
  t.after(() => engine.close());
  const pass = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 500) {
      t.mock.timers.tick(500);
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    }
  };
  return { parts, engine, pass };
}

test('a service that goes away is done without within seconds, and taken up again when it is back', async (t) => {
  const { parts, engine, pass } = begin(t);
  await engine.start();
  assert.deepEqual([engine.mode, engine.trouble], ['bullmq', null]);
  parts.isAway = true;
  await pass(2_500);
  assert.equal(engine.mode, 'embedded');
  assert.deepEqual(parts.happened, ['bullmq starts', 'embedded starts', 'bullmq stops']);
  assert.equal(engine.trouble?.why, 'Connection refused.');
  parts.isAway = false;
  await pass(5_500);
  assert.equal(engine.mode, 'bullmq');
  assert.deepEqual(parts.happened.slice(3), ['bullmq starts', 'embedded stops']);
  assert.deepEqual(parts.logged, ['warn engine_alone', 'info engine_shared']);
});

test('a process that starts while the service is away works, and takes it up later', async (t) => {
  const { parts, engine, pass } = begin(t);
  parts.isAway = true;
  await engine.start();
  assert.equal(engine.mode, 'embedded');
  engine.wake();
  assert.deepEqual(parts.happened, ['embedded starts', 'embedded woken']);
  parts.isAway = false;
  await pass(3_000);
  assert.equal(engine.mode, 'bullmq');
});

test('one that is unfit is refused at the start, and not taken up when it comes back so', async (t) => {
  const { parts, engine, pass } = begin(t);
  parts.refuses = new Fault('refused', 'redis_evicts', 'It may throw out keys.');
  await assert.rejects(engine.start(), { code: 'redis_evicts' });
  parts.refuses = null;
  await engine.start();
  parts.isAway = true;
  await pass(2_500);
  parts.isAway = false;
  parts.refuses = new Fault('refused', 'redis_evicts', 'It may throw out keys.');
  await pass(6_000);
  assert.deepEqual([engine.mode, engine.trouble?.why], ['embedded', 'It may throw out keys.']);
});
