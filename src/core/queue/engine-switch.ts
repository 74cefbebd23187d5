import { beginEngine, stepEngine } from '#domain/engine-mode.ts';
import type { EngineState } from '#domain/engine-mode.ts';
import { Fault } from '#domain/fault.ts';
import type { Claimed, Engine, EngineMode } from '#ports/engine.ts';
import type { Clock, Log } from '#ports/log.ts';
import type { ClaimRequest } from '#ports/store/items.ts';

export interface EngineSwitchDeps {
  /** Rests on a service. */
  readonly shared: Engine;
  /** Needs nothing but the store. */
  readonly alone: Engine;
  /** Rejects when the service does not answer. */
  readonly ping: () => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
  readonly everyMs?: number;
}

const EVERY_MS = 500;

/**
 * Lets a process claim for itself while the service that its engine rests on is away, and goes back when it has been
 * there for a while. What is in hand is the same hands' all along, so nothing stops and nothing is taken twice.
 */
export class EngineSwitch implements Engine {
  readonly #deps: EngineSwitchDeps;
  #state: EngineState;
  #current: Engine;
  #why: string | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #isStopped = true;

  constructor(deps: EngineSwitchDeps) {
    this.#deps = deps;
    this.#state = beginEngine(true, deps.clock());
    this.#current = deps.shared;
  }

  get mode(): EngineMode {
    return this.#current.mode;
  }

  /** Since when this process is as it is, and why it is alone; null: it is not. */
  get trouble(): { readonly why: string; readonly since: number } | null {
    return this.#state.kind === 'shared'
      ? null
      : { why: this.#why ?? 'it does not answer', since: this.#state.since };
  }

  /** @throws Fault `refused` when the service is there and unfit */
  async start(): Promise<void> {
    this.#isStopped = false;
    const failure = await startOf(this.#deps.shared);
    if (failure instanceof Fault && failure.kind === 'refused') throw failure;
    this.#state = beginEngine(failure === null, this.#deps.clock());
    if (failure === null) this.#current = this.#deps.shared;
    else await this.#claimAlone(messageOf(failure));
    this.#wait();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await Promise.all([this.#deps.alone.stop(), this.#deps.shared.stop()]);
  }

  async close(): Promise<void> {
    await this.stop();
    await Promise.all([this.#deps.alone.close(), this.#deps.shared.close()]);
  }

  wake(): void {
    this.#current.wake();
  }

  along<T>(write: (request: ClaimRequest | null) => Promise<Claimed<T>>): Promise<T> {
    return this.#current.along(write);
  }

  #wait(): void {
    if (this.#isStopped) return;
    this.#timer = setTimeout(() => void this.#look(), this.#deps.everyMs ?? EVERY_MS);
  }

  async #look(): Promise<void> {
    const { ping, clock } = this.#deps;
    const failure = await ping().then(
      () => null,
      (error: unknown) => messageOf(error),
    );
    const next = stepEngine(this.#state, failure === null, clock());
    const isMove = next.kind !== this.#state.kind;
    this.#state = next;
    if (isMove && !this.#isStopped) {
      if (next.kind === 'alone') await this.#leave(failure ?? '');
      else await this.#goBack();
    }
    this.#wait();
  }

  async #leave(why: string): Promise<void> {
    await this.#claimAlone(why);
    // After the other has begun: what is away may take its time even to be left.
    await this.#deps.shared.stop();
  }

  async #claimAlone(why: string): Promise<void> {
    this.#why = why;
    this.#current = this.#deps.alone;
    await this.#deps.alone.start();
    this.#deps.log('warn', 'engine_alone', { why });
  }

  async #goBack(): Promise<void> {
    const { shared, alone, clock, log } = this.#deps;
    const failure = await startOf(shared);
    if (failure !== null) {
      this.#why = messageOf(failure);
      this.#state = { ...beginEngine(false, clock()), steadyMs: this.#state.steadyMs };
      log('warn', 'engine_still_alone', { why: this.#why });
      return;
    }
    if (this.#isStopped) return shared.stop();
    this.#current = shared;
    await alone.stop();
    log('info', 'engine_shared');
  }
}

async function startOf(engine: Engine): Promise<unknown> {
  try {
    await engine.start();
    return null;
  } catch (error) {
    return error ?? new Error('It cannot be started.');
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
