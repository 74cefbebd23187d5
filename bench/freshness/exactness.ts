import { EditedWorld } from '../../tests/support/edited-world.ts';
import type { EditedProcess } from '../../tests/support/edited-world.ts';
import { chunksOf, History, makeDocuments, makeQuestions } from '../../tests/support/edits.ts';
import type { Edit, EditedDocument } from '../../tests/support/edits.ts';
import { seeded } from '../../tests/support/random.ts';
import type { StoreKind } from '../../tests/support/stores.ts';
import { print } from '../figures.ts';
import { partsOf, POLICIES, PolicyRun } from './policies.ts';
import type { CorpusView } from './policies.ts';

export interface Exactness {
  readonly on: StoreKind;
  readonly seed: number;
  readonly edits: number;
  readonly documents: number;
  readonly questions: number;
  /** After each edit; after every 25th all questions are asked. */
  readonly asks: number;
}

const ALL_EACH = 25;

/** Edits a handbook under warm answers, asks two processes after each edit, and compares every answer with the truth. */
export async function measureExactness(what: Exactness): Promise<void> {
  const random = seeded(what.seed);
  const world = await EditedWorld.open(what.on);
  try {
    const documents = makeDocuments(random, what.documents);
    const questions = makeQuestions(random, what.questions);
    await world.put(documents);
    const processes = [await world.process(), await world.process()] as const;
    const run = new Run(world, processes, documents);
    for (const question of questions) await run.ask(question, processes[0]);
    for (const question of questions) await run.ask(question, processes[1]);
    run.begin();
    const history = new History(random, documents);
    for (let n = 1; n <= what.edits; n += 1) {
      await run.edit(history.next());
      const asked =
        n % ALL_EACH === 0 ? questions : questions.filter(() => random() < what.asks / questions.length);
      for (const question of asked) await run.ask(question, random() < 0.5 ? processes[0] : processes[1]);
      if (n % 50 === 0) process.stderr.write(`  ${n} edits, ${run.asks} asks, ${run.stale} stale\n`);
    }
    await report(what, run);
  } finally {
    await world.close();
  }
}

class Run {
  readonly world: EditedWorld;
  readonly processes: readonly EditedProcess[];
  readonly policies = POLICIES.map((policy) => new PolicyRun(policy));
  readonly kinds = new Map<string, number>();
  asks = 0;
  stale = 0;
  changed = 0;
  readonly #said = new Map<string, string>();
  readonly #documents: Map<string, EditedDocument>;
  readonly #editedAt = new Map<number, number>();
  readonly #ids = new Map<string, number>();
  #edit = 0;
  #view: CorpusView | null = null;

  constructor(world: EditedWorld, processes: readonly EditedProcess[], documents: readonly EditedDocument[]) {
    this.world = world;
    this.processes = processes;
    this.#documents = new Map(documents.map((document) => [document.name, document]));
  }

  begin(): void {
    [this.asks, this.stale, this.changed, this.world.generator.calls] = [0, 0, 0, 0];
    for (const policy of this.policies) [policy.stale, policy.madeAgain] = [0, 0];
  }

  async edit(edit: Edit): Promise<void> {
    this.#edit += 1;
    this.kinds.set(edit.kind, (this.kinds.get(edit.kind) ?? 0) + 1);
    await this.world.edit(edit);
    if (edit.remove !== null) this.#documents.delete(edit.remove);
    if (edit.put !== null) this.#documents.set(edit.put.name, edit.put);
    this.#view = null;
    if (edit.remove !== null) this.#editedAt.set(this.#ids.get(edit.remove) ?? 0, Infinity);
    if (edit.put !== null) await this.#noteEdit(edit.put.name);
  }

  async ask(question: string, { ask, truth }: EditedProcess): Promise<void> {
    const right = await truth(question);
    const { answer, cache } = await ask(question);
    this.asks += 1;
    if (cache.status !== 'stale' && answer.text !== right.text) this.stale += 1;
    if (this.#said.has(question) && this.#said.get(question) !== right.text) this.changed += 1;
    this.#said.set(question, right.text);
    const view = await this.#corpus();
    for (const policy of this.policies) policy.ask(question, right, view);
  }

  async #noteEdit(name: string): Promise<void> {
    const [{ store }] = this.processes as [EditedProcess];
    const found = await store.documents.findBy(this.world.projectId, { name });
    if (found === null) return;
    this.#ids.set(name, found.id);
    this.#editedAt.set(found.id, this.#edit);
  }

  async #corpus(): Promise<CorpusView> {
    if (this.#ids.size === 0) for (const name of this.#documents.keys()) await this.#noteEdit(name);
    this.#view ??= {
      edit: this.#edit,
      editedAt: (documentId) => this.#editedAt.get(documentId),
      chunks: new Set(
        [...this.#documents.values()].flatMap((document) => chunksOf(document).flatMap(partsOf)),
      ),
    };
    return this.#view;
  }
}

async function report(what: Exactness, run: Run): Promise<void> {
  const [{ store }] = run.processes as [EditedProcess];
  const { items } = await store.carried.changes(run.world.projectId, {}, { limit: 1_000, cursor: null });
  const changes = items.slice(0, items.length - what.documents);
  const of = (reach: string) => changes.filter((change) => change.reach === reach && change.answers > 0);
  const sum = (list: typeof changes, key: 'touched' | 'answers') =>
    list.reduce((all, each) => all + each[key], 0);
  const kinds = Array.from(run.kinds, ([kind, count]) => `${count} ${kind}`).join(', ');
  print(
    `${what.edits} edits (${kinds}) of ${what.documents} documents under ${what.questions} warm questions, seed ${what.seed}`,
  );
  print(`${run.asks.toLocaleString('en')} asks of two processes, each compared with retrieval anew\n`);
  print(
    `  ${'policy'.padEnd(52)} ${'stale as fresh'.padStart(15)} ${'made again'.padStart(11)} ${'÷ changed'.padStart(10)}`,
  );
  row('reverse probe and exact test (ours)', run.stale, run.world.generator.calls, run.changed);
  for (const { policy, stale, madeAgain } of run.policies) row(policy.name, stale, madeAgain, run.changed);
  const [probed, epochs, unprobed] = [of('probed'), of('epoch'), of('unprobed')];
  print(`\n  answers whose evidence had changed when they were asked for: ${run.changed}`);
  print(
    `  suspects of ${probed.length} probed changes: ${sum(probed, 'touched')} of ${sum(probed, 'answers')} carried answers (${percent(sum(probed, 'touched'), sum(probed, 'answers'))})`,
  );
  print(
    `  new epochs: ${epochs.length}, which put ${sum(epochs, 'touched')} answers to the test; not probed: ${unprobed.length}\n`,
  );
}

function row(name: string, stale: number, made: number, changed: number): void {
  const ratio = (made / Math.max(1, changed)).toFixed(2);
  print(
    `  ${name.padEnd(52)} ${String(stale).padStart(15)} ${String(made).padStart(11)} ${ratio.padStart(10)}`,
  );
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / Math.max(1, whole)).toFixed(1)} %`;
}
