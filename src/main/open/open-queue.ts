import { hostname } from 'node:os';
import { Advancer } from '#core/queue/advance-batches.ts';
import { Hands } from '#core/queue/hands.ts';
import { Heartbeat } from '#core/queue/heartbeat.ts';
import { aboutOf, runTraced, tellRun } from '#core/queue/run-traced.ts';
import { trace } from '#clients/trace.ts';
import { runItem, toSettlement } from '#core/queue/run-item.ts';
import type { RunDeps } from '#core/queue/run-item.ts';
import type { WorkContext } from '#core/queue/run.ts';
import { holdBatch } from '#core/queue/hold-batch.ts';
import { Settler } from '#core/queue/settle-items.ts';
import { auditCounts, recover, sweep } from '#core/queue/sweep.ts';
import type { SweepDeps } from '#core/queue/sweep.ts';
import { TellProgress } from '#core/queue/tell-progress.ts';
import { DEFAULT_RETRY } from '#domain/backoff.ts';
import type { ClaimedItem, Settlement } from '#domain/outcome.ts';
import { HEARTBEAT_MS } from '#domain/worker.ts';
import type { Stage } from '#domain/stage.ts';
import type { WorkerRole } from '#domain/worker.ts';
import type { Bus } from '#ports/bus.ts';
import type { Clock, Log } from '#ports/log.ts';
import type { Store } from '#ports/store/store.ts';
import type { Tracer } from '#ports/tracer.ts';
import type { Workload } from '#ports/workload.ts';
import type { Config } from '../config.ts';
import { every } from '../every.ts';
import { openEngine } from './open-engine.ts';
import type { OpenEngine } from './engine-parts.ts';

export interface QueueParts {
  readonly store: Store;
  readonly workloads: ReadonlyMap<string, Workload>;
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly tracer: Tracer;
  readonly version: string;
  readonly installation: string;
  readonly bus: Bus;
  readonly role: WorkerRole;
  /** No other server can be at this store. */
  readonly isAlone: boolean;
  /** Called when somebody asked this process to finish what it has and take no more; it has stopped taking. */
  readonly onDrain: () => void;
}

/** The moving parts of the queue in this process. */
export interface Queue extends OpenEngine {
  readonly hands: Hands;
  readonly advancer: Advancer;
  readonly wake: () => void;
  /** This process, as the store knows it. */
  readonly workerId: () => number;
  /** Takes no more items: those in hand are done. */
  readonly drain: () => void;
  start(): Promise<void>;
  /** Lets running items finish for so long, gives the rest back, and signs off. */
  stop(drainMs: number): Promise<void>;
}

const WATCH_MS = 5_000;
const DAY_MS = 86_400_000;

/** A claim on a store that is shared takes round trips: it is worth making larger. */
const SHARED_AHEAD_MS = 100;

export async function openQueue(parts: QueueParts): Promise<Queue> {
  const { store, clock, log } = parts;
  const { engine, service, trouble, ...rest } = await openHands(parts, () => drain());
  const { hands, heartbeat, settler, progress } = rest;
  const wake = (): void => engine.wake();
  const advancer = new Advancer({ store, clock, log, wake });
  const sweepDeps = sweepOf(parts, wake, (id) => advancer.advance(id));
  const timers: ReturnType<typeof setInterval>[] = [];
  let isDraining = false;

  function drain(): void {
    if (isDraining) return;
    isDraining = true;
    log('info', 'draining', { workerId: heartbeat.workerId });
    void engine
      .stop()
      .then(() => hands.drained())
      .then(() => parts.onDrain());
  }

  return {
    engine,
    service,
    trouble,
    hands,
    advancer,
    wake,
    workerId: () => heartbeat.workerId,
    drain,
    async start() {
      await recover(sweepDeps, parts.isAlone);
      await heartbeat.register();
      await engine.start();
      if (service !== null) {
        await service.look();
        timers.push(every(WATCH_MS, log, () => service.look()));
      }
      timers.push(
        ...watchHands(parts, hands),
        every(1_000, log, () => heartbeat.tick()),
        every(HEARTBEAT_MS, log, () => sweep(sweepDeps)),
      );
    },
    async stop(drainMs) {
      for (const timer of timers) clearInterval(timer);
      await engine.stop();
      await left(store.items.release(hands.giveBack(null), clock()));
      await Promise.race([hands.drained(), timeout(drainMs)]);
      hands.abort('all', new Error('The server is stopping.'));
      await engine.close();
      service?.close();
      settler.close();
      progress.close();
      advancer.close();
      await left(store.workers.leave(heartbeat.workerId, clock()));
    },
  };

  /** A store that is away holds up no stop: what is left as it is, others take when the lease runs out. */
  async function left(work: Promise<unknown>): Promise<void> {
    await work.catch((error: unknown) => log('warn', 'stop_incomplete', { why: String(error) }));
  }
}

/** What runs too long is ended, and what was claimed too far ahead given back. */
function watchHands(
  { store, config, clock, log }: QueueParts,
  hands: Hands,
): readonly ReturnType<typeof setInterval>[] {
  return [
    every(1_000, log, async () => hands.expire(config.PREHEAT_ITEM_TIMEOUT_SECONDS * 1_000)),
    every(1_000, log, async () => {
      const surplus = hands.giveBackSurplus();
      if (surplus.length > 0) await store.items.release(surplus, clock());
    }),
  ];
}

interface OpenHands extends OpenEngine {
  readonly hands: Hands;
  readonly heartbeat: Heartbeat;
  readonly settler: Settler;
  readonly progress: TellProgress;
}

/** What this process does with items, what brings them, and what keeps its lease. */
async function openHands(parts: QueueParts, onDrain: () => void): Promise<OpenHands> {
  const { store, config, clock, log } = parts;
  const progress = new TellProgress((notice) => parts.bus.publish(notice));
  const onMoved = (batchIds: readonly number[]): void => progress.note(batchIds);
  const onEnded = (batchIds: readonly number[]): void => {
    progress.note(batchIds);
    for (const id of batchIds) {
      auditCounts({ store, log }, id).catch((error: unknown) =>
        log('warn', 'audit_failed', { why: String(error) }),
      );
    }
  };
  const inHand = (): ReadonlyMap<number, number> => hands.countByBatch();
  const settler = new Settler({ store, clock, log, inHand, onMoved, onEnded });
  const hands = new Hands(
    {
      concurrency: config.PREHEAT_CONCURRENCY,
      clock,
      ...(parts.isAlone ? {} : { aheadMs: SHARED_AHEAD_MS }),
    },
    {
      ...workOf(parts),
      // Held up before the item is out of hand: nothing more of its batch is taken meanwhile.
      settle: async (settlement) => {
        await settler.settle(await holdBatch({ store, hands, clock, log }, settlement));
      },
      onRoom: () => engine.wake(),
    },
  );
  const identity = { host: hostname(), pid: process.pid, version: parts.version, role: parts.role };
  const heartbeat = new Heartbeat({ store, hands, clock, log, identity, onDrain });
  const opened = await openEngine({
    ...parts,
    hands,
    workerId: () => heartbeat.workerId,
    onFailure: () => heartbeat.suspect(),
  });
  const { engine } = opened;
  return { ...opened, hands, heartbeat, settler, progress };
}

function sweepOf(
  { store, clock, log, config }: QueueParts,
  wake: () => void,
  advance: SweepDeps['advance'],
): SweepDeps {
  const missesKeptMs = config.PREHEAT_MISSES_KEPT_DAYS * DAY_MS;
  const batchDays = config.PREHEAT_BATCHES_KEPT_DAYS;
  const batchesKeptMs = batchDays === 0 ? null : batchDays * DAY_MS;
  return { store, clock, log, wake, advance, missesKeptMs, batchesKeptMs };
}

/** What is done with an item, in terms of workloads. */
function workOf(parts: QueueParts) {
  const deps: RunDeps = {
    workloads: parts.workloads,
    retry: { ...DEFAULT_RETRY, baseMs: parts.config.PREHEAT_RETRY_BASE_MS },
    clock: parts.clock,
    random: Math.random,
    onDefect: (item, error) => parts.log('error', 'item_broke', { ...aboutOf(item), error }),
  };
  const traced = { trace, tracer: parts.tracer, log: parts.log };
  return {
    run(item: ClaimedItem, context: WorkContext): Promise<Settlement> {
      const running = {
        get signal() {
          return context.signal;
        },
        options: item.options,
        report: (stage: Stage) => context.report(stage),
      };
      return runTraced(traced, item, {
        run: () => runItem(deps, item, running),
        isStopped: () => context.signal.aborted,
      });
    },
    timedOut(item: ClaimedItem, mostMs: number): Settlement {
      const message = `It ran longer than ${mostMs / 1_000} s and was stopped.`;
      const settlement = toSettlement(deps, item, { kind: 'retry', error: { code: 'timed_out', message } });
      trace(item.requestId, () => tellRun(parts.log, item, settlement));
      return settlement;
    },
  };
}

function timeout(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
