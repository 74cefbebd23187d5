import { trace } from '#clients/trace.ts';
import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { after, before, beforeEach, test } from 'node:test';
import { MemoryTurnCache } from '#adapters/cache/memory/memory-turn-cache.ts';
import { openSqliteStore } from '#adapters/store/sqlite/open.ts';
import { TokenBudgets } from '#core/platform/token-budgets.ts';
import { completeChat } from '#core/passthrough/complete-chat.ts';
import type { ChatReply } from '#core/passthrough/complete-chat.ts';
import { openPassing, PASSING_DEFAULTS } from '#core/passthrough/passing.ts';
import type { Passing } from '#core/passthrough/passing.ts';
import { RelayFault } from '#domain/relay-fault.ts';
import type { Relay, Relayed } from '#ports/relay.ts';
import type { Store } from '#ports/store/store.ts';
import { STORE_THREADS } from './support/kept-stores.ts';
import { temporaryFolder } from './support/server.ts';

/** Two processes' worth of passing through, on one store. */
const folder = temporaryFolder();
const stores: Store[] = [];
const processes: Passing[] = [];
let projectId: number;
let now = 1_000_000;
let calls = 0;
let say: (call: number) => Promise<Relayed> = () => Promise.reject(new Error('not set'));

const relay: Relay = {
  name: 'https://upstream.test/v1',
  models: [],
  list: () => Promise.resolve([]),
  send: () => say((calls += 1)),
  close: () => Promise.resolve(),
};

before(async () => {
  for (const file of [1, 2].map(() => `${folder.path}/preheat.db`)) {
    const store = await openSqliteStore({ file, synchronous: 'NORMAL', threads: STORE_THREADS });
    stores.push(store);
    const cache = new MemoryTurnCache({ maxBytes: 2 ** 20, maxAgeMs: 1 });
    const digest = (text: string) => hash('sha256', text, 'hex');
    const clock = (): number => now;
    const budgets = new TokenBudgets({
      store,
      clock,
      standard: { project: 0, key: 0 },
      onError: () => {},
    });
    const common = { store, cache, relay, budgets, flights: store.flights, digest, now: clock };
    processes.push(
      openPassing({
        trace,
        ...common,
        settings: PASSING_DEFAULTS,
        onError: () => {},
      }),
    );
  }
  ({ id: projectId } = await (stores[0] as Store).projects.ensure('default', now));
});
after(async () => {
  for (const { counter } of processes) await counter.close();
  for (const store of stores) await store.close();
  folder.remove();
});
beforeEach(() => (calls = 0));

const WISHES = { isStoring: true, isFresh: false, maxAgeSeconds: null, isOnlyCached: false };

function ask(
  at: number,
  content: string,
  changes: { isStream?: boolean; isFresh?: boolean } = {},
): Promise<ChatReply> {
  const { isStream = false, isFresh = false } = changes;
  return completeChat(processes[at] as Passing, {
    projectId,
    keyId: null,
    requestId: null,
    model: 'm',
    request: { model: 'm', messages: [{ role: 'user', content }], stream: isStream },
    isStream,
    isWithUsage: false,
    wishes: { ...WISHES, isFresh },
    signal: new AbortController().signal,
  });
}

function whole(content: string, finish_reason = 'stop'): Relayed {
  const choices = [{ index: 0, message: { role: 'assistant', content }, finish_reason }];
  return { form: 'whole', text: JSON.stringify({ id: content, choices, usage: { prompt_tokens: 5 } }) };
}

test('two processes make one turn, and each makes what is not kept by itself', async () => {
  const gate = Promise.withResolvers<void>();
  say = async (call) => gate.promise.then(() => whole(`said ${call}`));
  const both = [ask(0, 'shared'), ask(1, 'shared')];
  while (calls === 0) await new Promise((resolve) => setImmediate(resolve));
  gate.resolve();
  const replies = await Promise.all(both);
  assert.equal(calls, 1);
  assert.deepEqual(replies.map(({ source }) => source).sort(), ['miss', 'shared']);
  say = async (call) => whole(`cut ${call}`, 'length');
  await Promise.all([ask(0, 'cut'), ask(1, 'cut')]);
  assert.equal(calls, 3);
});

test('while the upstream is down what has expired stands in, until its grace is over', async () => {
  say = async () => whole('before');
  assert.equal((await ask(0, 'grace')).source, 'miss');
  now += PASSING_DEFAULTS.ttlMs + 1;
  say = () => Promise.reject(new RelayFault('unavailable', 'upstream_failed', 'down'));
  const stale = await ask(1, 'grace');
  assert.equal(stale.source, 'stale');
  assert.ok(stale.form === 'whole' && stale.text.includes('before'));
  assert.equal((await ask(1, 'grace', { isStream: true })).source, 'stale');
  await assert.rejects(ask(1, 'grace', { isFresh: true }), { code: 'upstream_failed' });
  say = () => Promise.reject(new RelayFault('limited', 'upstream_limited', 'later'));
  await assert.rejects(ask(1, 'grace'), { code: 'upstream_limited' });
  now += PASSING_DEFAULTS.graceMs;
  say = () => Promise.reject(new RelayFault('unavailable', 'upstream_failed', 'down'));
  await assert.rejects(ask(0, 'grace'), { code: 'upstream_failed' });
});

test('a turn that is too long is handed on and not kept', async () => {
  say = async () => whole('x'.repeat(PASSING_DEFAULTS.maxTurnBytes));
  assert.equal((await ask(0, 'long')).source, 'miss');
  assert.equal((await ask(0, 'long')).source, 'miss');
});
