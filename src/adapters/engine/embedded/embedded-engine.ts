import type { Claimed, Engine, EngineHands } from '#ports/engine.ts';
import type { Clock, Log } from '#ports/log.ts';
import type { Claim, ClaimRequest, ItemStore } from '#ports/store/items.ts';

export interface EmbeddedEngineDeps {
  readonly items: Pick<ItemStore, 'claim' | 'release'>;
  readonly hands: EngineHands;
  readonly clock: Clock;
  readonly log: Log;
  readonly workerId: () => number;
  /** Looks for work at least this often: what another process queued wakes nobody here. */
  readonly pollMs: number;
  /** Told that a claim failed: it may have been made all the same. */
  readonly onFailure?: () => void;
}

/** A claim that failed (a lost reply, a full disk) is made again after this; twice as long each time, up to the poll. */
const FIRST_RETRY_MS = 50;

/**
 * Needs nothing but the store: claims just as many items as the hands have room for, so that pause, cancel and priority
 * take effect at once whatever lies behind. One claim at a time. Any number of processes may do so beside each other.
 */
export class EmbeddedEngine implements Engine {
  readonly mode = 'embedded';
  readonly #deps: EmbeddedEngineDeps;
  #state: 'stopped' | 'idle' | 'claiming' = 'stopped';
  #wokenMeanwhile = false;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #failures = 0;
  /** Of the claim that is under way, or was last. */
  #claimed: Promise<void> = Promise.resolve();

  constructor(deps: EmbeddedEngineDeps) {
    this.#deps = deps;
  }

  start(): Promise<void> {
    if (this.#state === 'stopped') this.#state = 'idle';
    this.wake();
    return Promise.resolve();
  }

  /** A claim under way is waited for: what it brings is given back before anybody closes the store. */
  stop(): Promise<void> {
    this.#state = 'stopped';
    if (this.#timer !== null) clearTimeout(this.#timer);
    return this.#claimed;
  }

  close(): Promise<void> {
    return this.stop();
  }

  wake(): void {
    if (this.#state === 'claiming') this.#wokenMeanwhile = true;
    else if (this.#state === 'idle') this.#claim((request) => this.#deps.items.claim(request));
  }

  async along<T>(write: (request: ClaimRequest | null) => Promise<Claimed<T>>): Promise<T> {
    const begun: Promise<Claimed<T>>[] = [];
    if (this.#state === 'idle') {
      this.#claim(async (request) => {
        begun.push(write(request));
        return (await (begun[0] as Promise<Claimed<T>>)).claim;
      });
    }
    if (begun.length === 0) {
      begun.push(write(null));
      this.wake();
    }
    const { result, claim } = await (begun[0] as Promise<Claimed<T>>);
    // Where commits are not shared, what was claimed meanwhile came too early for it.
    if (claim === null) this.wake();
    return result;
  }

  #claim(ask: (request: ClaimRequest) => Promise<Claim | null>): void {
    const limit = this.#deps.hands.room();
    // No room: we are woken when there is.
    if (limit > 0) this.#claimed = this.#claimUpTo(limit, ask);
  }

  /** Until its first await it runs at once. */
  async #claimUpTo(limit: number, ask: (request: ClaimRequest) => Promise<Claim | null>): Promise<void> {
    const { clock, log } = this.#deps;
    this.#state = 'claiming';
    this.#wokenMeanwhile = false;
    if (this.#timer !== null) clearTimeout(this.#timer);
    let waitMs = this.#deps.pollMs;
    try {
      const claim = await ask({ workerId: this.#deps.workerId(), limit, now: clock() });
      this.#failures = 0;
      if (this.#isStopped()) return await this.#giveBack(claim);
      waitMs = this.#carry(claim, limit);
    } catch (error) {
      waitMs = Math.min(waitMs, FIRST_RETRY_MS * 2 ** this.#failures);
      this.#failures += 1;
      this.#deps.onFailure?.();
      log('warn', 'claim_failed', { why: error instanceof Error ? error.message : String(error) });
    }
    if (this.#isStopped()) return;
    this.#state = 'idle';
    if (this.#wokenMeanwhile) this.wake();
    else this.#timer = setTimeout(() => this.wake(), waitMs);
  }

  /** What came after the stop is not begun. */
  async #giveBack(claim: Claim | null): Promise<void> {
    const { items, clock, log } = this.#deps;
    if (claim === null || claim.items.length === 0) return;
    await items.release(claim.items, clock()).catch((error: unknown) => {
      // The heartbeat finds it astray, or the process signs off.
      log('debug', 'release_failed', { why: String(error) });
    });
  }

  /** Hands over what was claimed, and says when to look again, unless something wakes us before. */
  #carry(claim: Claim | null, limit: number): number {
    const { hands, clock, pollMs } = this.#deps;
    hands.carry(claim?.items ?? []);
    if (claim === null || claim.items.length === limit) this.#wokenMeanwhile = true;
    if (claim === null || claim.nextDueAt === null) return pollMs;
    return Math.min(pollMs, Math.max(1, claim.nextDueAt - clock()));
  }

  /** Apart, because `stop` may run while a claim is awaited. */
  #isStopped(): boolean {
    return this.#state === 'stopped';
  }
}
