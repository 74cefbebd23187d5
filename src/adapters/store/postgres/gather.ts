/**
 * Makes one call of many: what is asked for while a call is on its way goes into the next. So groups grow just as
 * large as the database is slow. A group that fails is asked one by one, and each hears of its own failure.
 */
export class Gather<Ask, Answer> {
  readonly #call: (asks: readonly Ask[]) => Promise<readonly Answer[]>;
  readonly #most: number;
  #waiting: Waiting<Ask, Answer>[] = [];
  #isCalling = false;

  /** @param call answers in the order asked */
  constructor(most: number, call: (asks: readonly Ask[]) => Promise<readonly Answer[]>) {
    this.#most = most;
    this.#call = call;
  }

  ask(ask: Ask): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ask, resolve, reject });
      if (!this.#isCalling) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#isCalling = true;
    // What is asked for in this tick goes together.
    await Promise.resolve();
    while (this.#waiting.length > 0) await this.#serve(this.#waiting.splice(0, this.#most));
    this.#isCalling = false;
  }

  async #serve(group: readonly Waiting<Ask, Answer>[]): Promise<void> {
    try {
      const answers = await this.#call(group.map(({ ask }) => ask));
      group.forEach(({ resolve }, i) => resolve(answers[i] as Answer));
    } catch (error) {
      if (group.length === 1) group[0]?.reject(error);
      else for (const each of group) await this.#serve([each]);
    }
  }
}

interface Waiting<Ask, Answer> {
  readonly ask: Ask;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}
