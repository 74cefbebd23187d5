import { Fault } from '#domain/fault.ts';
import { untilAborted } from './shared-work.ts';

export interface AdmissionSettings {
  /** Answers that are made at once, and as many that come next: so many are let in whatever it takes. */
  readonly atOnce: number;
  /** How long one may have to wait for its turn beyond that. */
  readonly maxWaitMs: number;
}

/** Between two answers, until it is known: a burst on a server that has just started is not refused. */
const FIRST_INTERVAL_MS = 50;
/** The part of the newest interval in what is expected. */
const NEWEST = 0.05;
const MOST_RETRY_SECONDS = 30;
const MOST_PROJECTS = 1_000;

/** A place among those who are let in. */
export interface Place {
  /** Resolves when it is this one's turn; rejects with the signal's reason. */
  turn(signal: AbortSignal): Promise<void>;
  leave(): void;
}

interface Door {
  /** Let in: at work, or waiting for their turn. */
  inside: number;
  atWork: number;
  /** In the order in which they came. */
  readonly waiting: Set<() => void>;
  /** Between two answers while there was no lack of work. */
  intervalMs: number;
  /** Since when there has been no lack of work and no answer. */
  since: number;
}

/**
 * Lets in as many who need an answer made as get one in reasonable time, and tells the rest at once to come again: a
 * queue that grows beyond that does all its work for people who have left. Those who are let in begin in turn: work that
 * is begun for all of them at once keeps the event loop from everybody else.
 *
 * How long one would wait is how many are ahead, times what lies between two answers: measured and not set, so it holds
 * for a model of 50 ms and for one of 20 s, and also when the processor is what lacks. Each project by itself: one
 * with a slow model refuses nobody of another.
 */
export class Admission {
  readonly #settings: AdmissionSettings;
  readonly #now: () => number;
  readonly #doors = new Map<number, Door>();

  constructor(settings: AdmissionSettings, now: () => number) {
    this.#settings = settings;
    this.#now = now;
  }

  /** @throws Fault limited `too_busy` */
  enter(projectId: number): Place {
    const door = this.#doorOf(projectId);
    const waitMs = this.#waitOf(door);
    if (waitMs > this.#settings.maxWaitMs) throw tooBusy(waitMs);
    door.inside += 1;
    if (door.inside === this.#settings.atOnce) door.since = this.#now();
    return this.#placeIn(door);
  }

  #placeIn(door: Door): Place {
    let isAtWork = door.atWork < this.#settings.atOnce;
    if (isAtWork) door.atWork += 1;
    const mine = Promise.withResolvers<void>();
    const begin = (): void => {
      isAtWork = true;
      mine.resolve();
    };
    if (isAtWork) mine.resolve();
    else door.waiting.add(begin);
    return {
      turn: (signal) => untilAborted(mine.promise, signal),
      leave: () => {
        if (isAtWork) this.#leave(door);
        else door.waiting.delete(begin);
        door.inside -= 1;
      },
    };
  }

  /** What one who came now would wait, about. */
  #waitOf(door: Door): number {
    const { atOnce } = this.#settings;
    const ahead = door.inside + 1 - atOnce;
    if (ahead <= 0) return 0;
    // Answers come in groups, as many as are made at once: so long a pause is none.
    const pauseMs = (2 * (this.#now() - door.since)) / atOnce;
    return ahead * Math.max(door.intervalMs, pauseMs);
  }

  #leave(door: Door): void {
    const now = this.#now();
    if (door.inside >= this.#settings.atOnce) {
      door.intervalMs += NEWEST * (now - door.since - door.intervalMs);
      door.since = now;
    }
    const [next] = door.waiting;
    if (next === undefined) {
      door.atWork -= 1;
    } else {
      door.waiting.delete(next);
      next();
    }
  }

  #doorOf(projectId: number): Door {
    const known = this.#doors.get(projectId);
    if (known !== undefined) return known;
    if (this.#doors.size >= MOST_PROJECTS) {
      for (const [id, { inside }] of this.#doors) if (inside === 0) this.#doors.delete(id);
    }
    const door = {
      inside: 0,
      atWork: 0,
      waiting: new Set<() => void>(),
      intervalMs: FIRST_INTERVAL_MS,
      since: this.#now(),
    };
    this.#doors.set(projectId, door);
    return door;
  }
}

function tooBusy(waitMs: number): Fault {
  const seconds = Math.min(MOST_RETRY_SECONDS, Math.max(1, Math.ceil(waitMs / 1_000)));
  const howLong = seconds === MOST_RETRY_SECONDS ? 'long' : `about ${seconds} s`;
  return new Fault(
    'limited',
    'too_busy',
    `More answers are asked for than can be made: this one would wait ${howLong}. Come again then, or ask with mode "async". What is cached is given all the same.`,
    { retryAfterSeconds: seconds },
  );
}
