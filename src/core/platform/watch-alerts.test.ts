import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Alert, Reading } from '#domain/alert.ts';
import type { Project } from '#domain/project.ts';
import type { ServiceFacts } from '#ports/service.ts';
import type { Store } from '#ports/store/store.ts';
import { alertSources } from './read-alerts.ts';
import type { AlertSourceDeps } from './read-alerts.ts';
import { checkAlerts } from './watch-alerts.ts';
import type { ServiceState } from './watch-service.ts';

const PROJECT: Project = { id: 1, name: 'default', corpusVersion: 0, createdAt: 0 };
const THRESHOLDS = {
  deadLetters: 10,
  backlog: 100,
  hitPercent: 95,
  budgetPercent: 80,
  memoryPercent: 90,
  diskPercent: 90,
  redisMemoryPercent: 80,
};

interface World {
  failed: number;
  batchesOpen: number;
  waiting: number;
  hits: number;
  misses: number;
  spent: number;
  off: string | null;
  breaker: 'closed' | 'open';
  memory: number;
  disk: number;
  redisUsed: number;
  mayEvict: boolean;
  alerts: Project['alerts'];
}

const FINE: World = {
  failed: 10,
  batchesOpen: 0,
  waiting: 100,
  hits: 0,
  misses: 0,
  spent: 80,
  off: null,
  breaker: 'closed',
  memory: 90,
  disk: 90,
  redisUsed: 80,
  mayEvict: false,
  alerts: undefined,
};

function sourcesOf(world: World): ReturnType<typeof alertSources> {
  return alertSources({
    store: {
      projects: {
        list: async () => [world.alerts === undefined ? PROJECT : { ...PROJECT, alerts: world.alerts }],
      },
      batches: { totals: async () => ({ failed: world.failed, batchesOpen: world.batchesOpen }) },
      alerts: { backlog: async () => world.waiting },
      hours: { totals: async () => ({ hits: world.hits, misses: world.misses }) },
      webhooks: { list: async () => ({ items: [{ name: 'Chat', offReason: world.off }], next: null }) },
    } as unknown as AlertSourceDeps['store'],
    budgets: {
      list: async () => [{ spent: world.spent - 5, reserved: 5, tokensPerDay: 100 }],
    } as unknown as AlertSourceDeps['budgets'],
    models: () => [{ name: 'm', breaker: world.breaker }] as unknown as ReturnType<AlertSourceDeps['models']>,
    memoryPercent: () => world.memory,
    diskPercent: async () => world.disk,
    services: () => [redisOf(world)],
    clock: () => 0,
    thresholds: THRESHOLDS,
  });
}

function redisOf({ redisUsed, mayEvict }: World): ServiceState {
  const facts = { usedBytes: redisUsed, maxBytes: 100, mayEvict } as ServiceFacts;
  return { name: 'redis', isUp: true, facts, seenAt: 0, why: null, isFilling: false };
}

async function over(changes: Partial<World>): Promise<readonly string[]> {
  const sources = Object.values(sourcesOf({ ...FINE, ...changes }));
  const readings = (await Promise.all(sources.map((source) => source()))).flat();
  return readings.filter(({ isOver }) => isOver).map(({ kind }) => kind);
}

test('each thing that is watched is an alert just above its threshold', async () => {
  assert.deepEqual(await over({}), []);
  assert.deepEqual(await over({ failed: 11 }), ['dead_letters']);
  assert.deepEqual(await over({ waiting: 101 }), ['backlog']);
  assert.deepEqual(await over({ spent: 81 }), ['budget']);
  assert.deepEqual(await over({ off: 'It answered 410 Gone.' }), ['webhook_off']);
  assert.deepEqual(await over({ breaker: 'open' }), ['breaker']);
  assert.deepEqual(await over({ memory: 90.1 }), ['memory']);
  assert.deepEqual(await over({ disk: 91 }), ['disk']);
  assert.deepEqual(await over({ redisUsed: 81 }), ['redis_memory']);
  assert.deepEqual(await over({ redisUsed: 100, mayEvict: true }), []);
});

test('a low hit rate is an alert only while something is warmed, and of enough asks', async () => {
  assert.deepEqual(await over({ hits: 94, misses: 6, batchesOpen: 1 }), ['cold']);
  assert.deepEqual(await over({ hits: 95, misses: 5, batchesOpen: 1 }), []);
  assert.deepEqual(await over({ hits: 94, misses: 6 }), []);
  assert.deepEqual(await over({ hits: 1, misses: 18, batchesOpen: 1 }), []);
});

test('a project may be told earlier or later than others', async () => {
  const none = { deadLetters: null, backlog: null, hitPercent: null, budgetPercent: null };
  const busy = { failed: 11, waiting: 101, spent: 81, hits: 94, misses: 6, batchesOpen: 1 };
  assert.deepEqual(await over({ ...busy, alerts: none }), ['dead_letters', 'backlog', 'cold', 'budget']);
  const late = { deadLetters: 11, backlog: 101, hitPercent: 94, budgetPercent: 81 };
  assert.deepEqual(await over({ ...busy, alerts: late }), []);
  assert.deepEqual(await over({ alerts: { ...none, deadLetters: 9 } }), ['dead_letters']);
  assert.deepEqual(await over({ alerts: { ...none, budgetPercent: 79 } }), ['budget']);
});

test('an alert is told once and cleared once, and a source that cannot be read holds up no other', async () => {
  const told: string[] = [];
  const logged: string[] = [];
  const open: Alert[] = [];
  let value = 11;
  const alertOf = (reading: Reading, clearedAt: number | null): Alert => ({
    ...reading,
    id: 1,
    raisedAt: 0,
    clearedAt,
  });
  const store = {
    projects: { list: async () => [PROJECT] },
    alerts: {
      open: async () => open,
      raise: async (reading: Reading) => alertOf(reading, null),
      clear: async (reading: Reading) => alertOf(reading, 1),
    },
  } as unknown as Store;
  const check = () =>
    checkAlerts({
      store,
      sources: {
        broken: () => Promise.reject(new Error('no figures')),
        queue: async () => [
          { projectId: 1, kind: 'dead_letters', value, threshold: 10, isOver: value > 10, message: 'x' },
        ],
      },
      notifier: {
        notify: ({ kind, value: figure, clearedAt }, project) =>
          void told.push(`${kind} ${figure} ${project} ${clearedAt === null ? 'raised' : 'cleared'}`),
      },
      clock: () => 0,
      log: (_level, event) => void logged.push(event),
    });
  await check();
  open.push({ ...alertOf({ projectId: 1, kind: 'dead_letters' } as Reading, null) });
  await check();
  value = 3;
  await check();
  open.length = 0;
  await check();
  assert.deepEqual(told, ['dead_letters 11 default raised', 'dead_letters 3 default cleared']);
  assert.deepEqual(new Set(logged), new Set(['alert_unread']));
});
