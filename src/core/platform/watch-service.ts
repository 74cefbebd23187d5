import type { Clock, Log } from '#ports/log.ts';
import type { Service, ServiceFacts } from '#ports/service.ts';

export interface ServiceWatchDeps {
  /** What people know it by, such as `redis`. */
  readonly name: string;
  readonly service: Service;
  readonly clock: Clock;
  readonly log: Log;
  /** Part of its memory, from 0 to 1, at which somebody should look. */
  readonly alertAt: number;
}

/** What was last seen of a service. */
export interface ServiceState {
  readonly name: string;
  readonly isUp: boolean;
  /** null: it never answered. */
  readonly facts: ServiceFacts | null;
  /** When it last answered, or 0. */
  readonly seenAt: number;
  /** Why it is not up; null when it is. */
  readonly why: string | null;
  /** Its memory is nearly full. */
  readonly isFilling: boolean;
}

/** An alert ends well below where it begins, so that a level on the edge is told once. */
const CALM_BELOW = 0.9;

/** Looks at a service now and then, and says when its memory fills or it goes away. */
export class ServiceWatch {
  readonly #deps: ServiceWatchDeps;
  #state: ServiceState;
  readonly #warned = new Set<string>();

  constructor(deps: ServiceWatchDeps) {
    this.#deps = deps;
    this.#state = {
      name: deps.name,
      isUp: false,
      facts: null,
      seenAt: 0,
      why: 'not looked at yet',
      isFilling: false,
    };
  }

  get state(): ServiceState {
    return this.#state;
  }

  async look(): Promise<void> {
    const { service, clock, log, name } = this.#deps;
    try {
      const facts = await service.describe();
      const isFilling = this.#isFilling(facts);
      if (isFilling && !this.#state.isFilling)
        log('warn', 'service_memory_high', { name, usedBytes: facts.usedBytes, maxBytes: facts.maxBytes });
      if (!isFilling && this.#state.isFilling) log('info', 'service_memory_calm', { name });
      for (const warning of facts.warnings) this.#warn(warning);
      this.#state = { name, isUp: true, facts, seenAt: clock(), why: null, isFilling };
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#state = { ...this.#state, isUp: false, why };
    }
  }

  close(): void {
    this.#deps.service.close();
  }

  #isFilling({ usedBytes, maxBytes, mayEvict }: ServiceFacts): boolean {
    if (maxBytes === null || mayEvict) return false;
    const part = usedBytes / maxBytes;
    return part >= (this.#state.isFilling ? this.#deps.alertAt * CALM_BELOW : this.#deps.alertAt);
  }

  /** Once each: it is as true at the next look. */
  #warn(warning: string): void {
    if (this.#warned.has(warning)) return;
    this.#warned.add(warning);
    this.#deps.log('warn', 'service_setting', { name: this.#deps.name, warning });
  }
}
