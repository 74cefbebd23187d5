import type { Answer, Flight, NewAnswer } from '#domain/answer.ts';
import { Fault } from '#domain/fault.ts';
import type { AnswerStore } from '#ports/store/answers.ts';
import type { FlightStore } from '#ports/store/flights.ts';

export interface LandingDeps {
  readonly store: { readonly answers: AnswerStore; readonly flights: FlightStore };
}

/** How a flight came out: with an answer that the store has, or with one that somebody of the waiting must store. */
export class Landing {
  /** The evidence of the known answer still stands: nothing was made. */
  readonly isConfirmed: boolean;
  readonly #deps: LandingDeps;
  readonly #made: { readonly answer: NewAnswer; readonly flight: Flight } | null;
  #stored: Promise<Answer> | null;
  #isCarried = false;

  private constructor(
    deps: LandingDeps,
    came: Answer | { answer: NewAnswer; flight: Flight },
    isConfirmed: boolean,
  ) {
    this.#deps = deps;
    this.isConfirmed = isConfirmed;
    this.#made = 'flight' in came ? came : null;
    this.#stored = 'flight' in came ? null : Promise.resolve(came);
  }

  static ofStored(deps: LandingDeps, answer: Answer, isConfirmed: boolean): Landing {
    return new Landing(deps, answer, isConfirmed);
  }

  static ofMade(deps: LandingDeps, answer: NewAnswer, flight: Flight): Landing {
    return new Landing(deps, { answer, flight }, false);
  }

  /**
   * Takes the storing over, for one whose own commit will do it; null when that is done or somebody else does.
   * The flight stays leased until that commit.
   */
  carry(): { readonly answer: NewAnswer; readonly flight: Flight } | null {
    if (this.#made === null || this.#stored !== null || this.#isCarried) return null;
    this.#isCarried = true;
    return this.#made;
  }

  /** When it was made, while nobody has stored it yet; null: there is nothing to store. */
  madeAt(): number | null {
    return this.#stored === null ? (this.#made?.answer.createdAt ?? null) : null;
  }

  /**
   * The answer as the store has it, stored now if nobody has. All who call share one storing. It does not wait for
   * a carrier, who may never commit: of two who store, the flight's token lets one.
   */
  stored(): Promise<Answer> {
    this.#stored ??= this.#put();
    return this.#stored;
  }

  /** Nobody wants it any more: the next one begins anew at once, not when the lease runs out. */
  async giveUp(): Promise<void> {
    if (this.#made !== null && this.#stored === null && !this.#isCarried) {
      await this.#deps.store.flights.abandon(this.#made.flight);
    }
  }

  async #put(): Promise<Answer> {
    const { answer, flight } = this.#needMade();
    await this.#deps.store.answers.put(answer, flight);
    // Not put: a carrier was first, or the lease was lost to somebody who stores as good an answer.
    return (await this.#find()) ?? unstored(answer);
  }

  #find(): Promise<Answer | null> {
    const { answer } = this.#needMade();
    return this.#deps.store.answers.findByKey(answer.projectId, answer.key);
  }

  #needMade(): { readonly answer: NewAnswer; readonly flight: Flight } {
    if (this.#made === null) throw new Fault('internal', 'nothing_made', 'There is no made answer to store.');
    return this.#made;
  }
}

/** What was made is still right for those who waited for it, though no row holds it. */
function unstored(answer: NewAnswer): Answer {
  return { ...answer, id: 0, hits: 0, lastHitAt: null, version: 0, changedAt: answer.createdAt };
}
