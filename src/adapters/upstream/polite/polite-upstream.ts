import { hash } from 'node:crypto';
import { BrokenCircuitError, CircuitState, circuitBreaker, ConsecutiveBreaker, handleAll } from 'cockatiel';
import type { CircuitBreakerPolicy } from 'cockatiel';
import { HttpCallError } from '#clients/http-call-error.ts';
import type { Http, HttpResponse } from '#clients/http.ts';
import { Fault } from '#domain/fault.ts';
import type { Limit, Limiter } from '#ports/limiter.ts';
import type { Clock } from '#ports/log.ts';
import type { ResponseStore } from '#ports/store/records.ts';
import type { Upstream, UpstreamAnswer, UpstreamCall } from '#ports/upstream.ts';
import { retryAfterMs } from './retry-after.ts';
import { SharedCalls } from './shared-calls.ts';

export interface UpstreamSettings {
  /** As people know it. */
  readonly title: string;
  readonly baseUrl: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly limit: Limit;
  /** How long answers are kept. */
  readonly keptMs: number;
  /** How long a source that failed time after time is left alone. */
  readonly breakMs: number;
  /** What to look at when it turns callers away with 403. */
  readonly remedy?: string;
  /** Whether an answer says that the quota is used up, beside 429. */
  readonly isDrained?: (answer: UpstreamAnswer) => boolean;
}

export interface UpstreamDeps {
  readonly http: Http;
  readonly limiter: Limiter;
  readonly responses: ResponseStore;
  readonly clock: Clock;
}

/** Failures in a row after which a source is left alone for a while. */
const FAILURES = 5;
const MOST_REDIRECTS = 5;
/** A pause up to this is waited for; a longer one sends the caller away until then. */
const PATIENCE_MS = 5_000;
const FIRST_HOLD_MS = 2_000;
const LONGEST_HOLD_MS = 300_000;
/** Whoever is turned away as such is not let in a moment later. */
const REFUSED_MS = 60_000;

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Calls one public API within its limit and after the pauses it asks for, and keeps what it answered. */
export class PoliteUpstream implements Upstream {
  readonly #settings: UpstreamSettings;
  readonly #deps: UpstreamDeps;
  readonly #shared = new SharedCalls<UpstreamAnswer>();
  readonly #breaker: CircuitBreakerPolicy;
  #brokenUntil = 0;
  /** Refusals for being too many, in a row and without a time to come back. */
  #refusals = 0;

  constructor(settings: UpstreamSettings, deps: UpstreamDeps) {
    this.#settings = settings;
    this.#deps = deps;
    const breaker = new ConsecutiveBreaker(FAILURES);
    this.#breaker = circuitBreaker(handleAll, { halfOpenAfter: settings.breakMs, breaker });
    this.#breaker.onBreak(() => {
      this.#brokenUntil = deps.clock() + settings.breakMs;
      // For every process: each would find out by itself, with so many calls.
      deps.limiter.hold(settings.limit.name, this.#brokenUntil);
    });
  }

  async get(path: string, call: UpstreamCall): Promise<UpstreamAnswer> {
    const { limit } = this.#settings;
    const key = hash('sha256', `${limit.name} ${path}`);
    return this.#shared.join(
      `${call.projectId} ${key}`,
      call.signal,
      (signal) => this.#findOrMake(path, key, { ...call, signal }),
      () => {
        call.spending.saved += 1;
      },
    );
  }

  closedUntil(): number {
    const now = this.#deps.clock();
    const held = this.#deps.limiter.heldUntil(this.#settings.limit.name);
    const isBroken = this.#breaker.state === CircuitState.Open && this.#brokenUntil > now;
    return Math.max(held > now + PATIENCE_MS ? held : 0, isBroken ? this.#brokenUntil : 0);
  }

  async #findOrMake(path: string, key: string, call: UpstreamCall): Promise<UpstreamAnswer> {
    const { responses, clock } = this.#deps;
    const kept = call.isFresh === true ? null : await responses.find(call.projectId, key, clock());
    if (kept === null) return this.#make(path, key, call);
    call.spending.saved += 1;
    return { status: kept.status, value: valueOf(kept.body) };
  }

  async #make(path: string, key: string, call: UpstreamCall): Promise<UpstreamAnswer> {
    const base = new URL(this.#settings.baseUrl);
    let url = new URL(path, base);
    for (let hop = 0; hop <= MOST_REDIRECTS; hop += 1) {
      const response = await this.#callOnce(url, call);
      if (!REDIRECTS.has(response.status)) {
        const answer = this.#judge(response, call);
        await this.#keep(key, response, call);
        return answer;
      }
      url = new URL(response.headers['location'] ?? '', url);
      if (url.origin !== base.origin)
        throw this.#failure('source_failed', `it redirects to ${url.host}, which is not called`);
    }
    throw this.#failure('source_failed', `it redirects more than ${MOST_REDIRECTS} times`);
  }

  /** Kept before anybody sees it: a crash repeats no more than what was on its way. */
  #keep(key: string, { status, body }: HttpResponse, { projectId }: UpstreamCall): Promise<void> {
    const { responses, clock } = this.#deps;
    return responses.put(projectId, key, { status, body }, clock() + this.#settings.keptMs);
  }

  async #callOnce(url: URL, call: UpstreamCall): Promise<HttpResponse> {
    const { limit, headers } = this.#settings;
    this.#checkOpen();
    const { signal, isUrgent } = call;
    const permit = await this.#deps.limiter.take(limit, { signal, isUrgent, patienceMs: PATIENCE_MS });
    if (permit === null) throw this.#closed(this.closedUntil());
    try {
      return await this.#breaker.execute(async () => {
        call.spending.calls += 1;
        const response = await this.#deps.http.get(url, call.signal, headers);
        const { status } = response;
        if (status >= 500 && response.headers['retry-after'] === undefined)
          throw this.#failure('source_failed', `it answers ${status}`);
        return response;
      });
    } catch (error) {
      throw this.#faultOf(error, call);
    } finally {
      permit.done();
    }
  }

  #checkOpen(): void {
    const until = this.closedUntil();
    if (until > 0) throw this.#closed(until);
  }

  #faultOf(error: unknown, { signal }: UpstreamCall): unknown {
    if (signal.aborted || error instanceof Fault) return error;
    if (error instanceof BrokenCircuitError)
      return this.#closed(Math.max(this.#brokenUntil, this.#deps.clock() + 1_000));
    if (!(error instanceof HttpCallError)) return error;
    if (error.isRefused) return new Fault('refused', 'source_refused', error.message, { cause: error });
    return this.#failure('source_failed', error.message, error);
  }

  #judge({ status, body, headers }: HttpResponse, call: UpstreamCall): UpstreamAnswer {
    const answer = { status, value: valueOf(body) };
    if (this.#isTooMuch(answer)) throw this.#hold(headers['retry-after'], status);
    this.#refusals = 0;
    if (status === 200 && answer.value === null)
      throw this.#failure('source_failed', 'its answer is no JSON, or only a part of it');
    if (status === 200 || call.answers?.includes(status) === true) return answer;
    throw new Fault('refused', 'source_rejected', `${this.#settings.title} rejects the call with ${status}.`);
  }

  #isTooMuch(answer: UpstreamAnswer): boolean {
    const { status } = answer;
    return status === 429 || status === 403 || status >= 500 || (this.#settings.isDrained?.(answer) ?? false);
  }

  /** Leaves it alone for as long as it asks. */
  #hold(retryAfter: string | undefined, status: number): Fault {
    const { limiter, clock } = this.#deps;
    const { limit, title } = this.#settings;
    const asked = retryAfterMs(retryAfter, clock()) ?? (status === 403 ? REFUSED_MS : null);
    // Calls that were on their way together are refused together: that is one refusal, not one after the other.
    const heldMs = limiter.heldUntil(limit.name) - clock();
    const isFirst = heldMs <= 0;
    const ownMs = isFirst ? Math.min(LONGEST_HOLD_MS, FIRST_HOLD_MS * 2 ** this.#refusals) : heldMs;
    const waitMs = asked ?? ownMs;
    if (asked !== null) this.#refusals = 0;
    else if (isFirst) this.#refusals += 1;
    limiter.hold(limit.name, clock() + waitMs);
    const seconds = Math.max(1, Math.ceil(waitMs / 1_000));
    const remedy = status === 403 && this.#settings.remedy !== undefined ? ` ${this.#settings.remedy}` : '';
    return new Fault(
      'limited',
      'source_limited',
      `${title} answers ${status} and is left alone for ${seconds} s.${remedy}`,
      { retryAfterSeconds: waitMs / 1_000 },
    );
  }

  #closed(until: number): Fault {
    const waitMs = Math.max(1, until - this.#deps.clock());
    return new Fault(
      'limited',
      'source_closed',
      `${this.#settings.title} did not answer, or asked for a pause, and is left alone for ${Math.ceil(waitMs / 1_000)} s.`,
      { retryAfterSeconds: waitMs / 1_000 },
    );
  }

  #failure(code: string, why: string, cause?: unknown): Fault {
    return new Fault('unavailable', code, `${this.#settings.title} failed: ${why}.`, { cause });
  }
}

/** null for what is no JSON; no answer is the word `null`. */
function valueOf(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return null;
  }
}
