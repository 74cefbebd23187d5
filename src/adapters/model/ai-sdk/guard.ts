import {
  bulkhead,
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  DelegateBackoff,
  handleWhen,
  isBrokenCircuitError,
  isTaskCancelledError,
  retry,
} from 'cockatiel';
import { ModelFault } from '#domain/model-fault.ts';
import type { ModelState } from '#ports/model.ts';
import type { ModelConnection } from './connection.ts';
import { failureOf, MAX_WAIT_MS, told } from './failure.ts';
import type { Failure } from './failure.ts';

/** Failures in a row after which a model is left alone for a while. */
const FAILURES_TO_REST = 5;
const RETRIES = 2;
/** Calls that wait for a place; more than a process ever has. */
const MAX_WAITING = 100_000;

/**
 * What stands between us and a model: so many calls at once, three tries of what may work in a moment, the waiting
 * that the model asks for, and rest for one that keeps failing.
 */
export class Guard {
  readonly #connection: ModelConnection;
  readonly #now: () => number;
  readonly #places;
  readonly #breaker;
  readonly #retry;
  /** A 429 holds up all calls, not only the one it answered. */
  #notBefore = 0;
  #restsUntil = 0;
  #calls = 0;
  #failures = 0;
  #lastError: string | null = null;

  constructor(connection: ModelConnection, now: () => number) {
    this.#connection = connection;
    this.#now = now;
    this.#places = bulkhead(connection.concurrency, MAX_WAITING);
    this.#breaker = circuitBreaker(
      handleWhen((error) => error instanceof CallError && error.failure.isOutage),
      { halfOpenAfter: connection.restMs, breaker: new ConsecutiveBreaker(FAILURES_TO_REST) },
    );
    this.#breaker.onBreak(() => (this.#restsUntil = now() + connection.restMs));
    this.#retry = retry(
      handleWhen((error) => error instanceof CallError && error.failure.isTransient),
      {
        maxAttempts: RETRIES,
        backoff: new DelegateBackoff(({ attempt, result }) => {
          const { error } = result as { readonly error?: unknown };
          const asked = error instanceof CallError ? (error.failure.retryAfterMs ?? 0) : 0;
          const own = connection.retryBaseMs * 2 ** (attempt - 1) * (0.5 + Math.random() / 2);
          return Math.max(asked, own);
        }),
      },
    );
  }

  /**
   * Runs a call, again when that may help.
   *
   * @throws ModelFault; the signal's reason when it fires
   */
  async run<T>(call: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    try {
      return await this.#retry.execute(
        () => this.#breaker.execute(() => this.#places.execute(() => this.#try(call, signal), signal)),
        signal,
      );
    } catch (error) {
      signal.throwIfAborted();
      throw this.#faultOf(error);
    }
  }

  state(): Omit<ModelState, 'role' | 'name'> {
    const isOpen = this.#breaker.state === CircuitState.Open && this.#restsUntil > this.#now();
    return {
      breaker: isOpen ? 'open' : this.#breaker.state === CircuitState.Closed ? 'closed' : 'trying',
      retryAt: isOpen ? this.#restsUntil : null,
      inFlight: this.#connection.concurrency - this.#places.executionSlots,
      waiting: MAX_WAITING - this.#places.queueSlots,
      calls: this.#calls,
      failures: this.#failures,
      lastError: this.#lastError,
    };
  }

  async #try<T>(call: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    await this.#untilAllowed(signal);
    this.#calls += 1;
    try {
      return await call(signal);
    } catch (error) {
      signal.throwIfAborted();
      const failure = failureOf(error, this.#connection, this.#now());
      this.#failures += 1;
      this.#lastError = failure.fault.message;
      if (failure.fault.kind === 'limited')
        this.#notBefore = Math.max(this.#notBefore, this.#now() + (failure.retryAfterMs ?? 0));
      throw new CallError(failure);
    }
  }

  async #untilAllowed(signal: AbortSignal): Promise<void> {
    for (;;) {
      const waitMs = this.#notBefore - this.#now();
      if (waitMs <= 0) return;
      if (waitMs > MAX_WAIT_MS) throw this.#limited(waitMs);
      await pause(waitMs, signal);
    }
  }

  #limited(waitMs: number): ModelFault {
    const message = `${told(this.#connection)} asked to be left alone for ${Math.ceil(waitMs / 1_000)} s (429).`;
    return new ModelFault('limited', 'model_limited', message, {
      retryAfterSeconds: Math.ceil(waitMs / 1_000),
      isOutage: true,
    });
  }

  #faultOf(error: unknown): unknown {
    if (error instanceof CallError) return this.#told(error.failure);
    if (!isBrokenCircuitError(error) && !isTaskCancelledError(error)) return error;
    const seconds = Math.max(1, Math.ceil((this.#restsUntil - this.#now()) / 1_000));
    const message = `${told(this.#connection)} failed too often and is left alone for ${seconds} s. ${this.#lastError ?? ''}`;
    const details = { retryAfterSeconds: seconds, isOutage: true };
    return new ModelFault('unavailable', 'model_resting', message.trim(), details);
  }

  /** One call that fails may be that call's fault; those that kept failing, or the one that tried again, are the model's. */
  #told({ fault, isOutage }: Failure): ModelFault {
    if (!isOutage || this.#breaker.state === CircuitState.Closed) return fault;
    const { code, message, cause } = fault;
    const retryAfterSeconds = Math.max(1, Math.ceil((this.#restsUntil - this.#now()) / 1_000));
    return new ModelFault('unavailable', code as `model_${string}`, message, {
      retryAfterSeconds,
      cause,
      isOutage,
    });
  }
}

/** Carries a failure through the policies. */
class CallError extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.fault.message);
    this.failure = failure;
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
  });
}
