import type { Answer } from '#domain/answer.ts';
import type { Project } from '#domain/project.ts';
import type { Clock } from '#ports/log.ts';
import type { Store } from '#ports/store/store.ts';
import { breathe } from '../breathe.ts';

export interface RecheckDeps {
  readonly store: Pick<Store, 'projects' | 'rewarm'>;
  readonly clock: Clock;
  /** Under which a project's answers are asked for now. */
  readonly profileOf: (projectId: number) => Promise<string>;
  /** Whether the documents have overtaken an answer: the exact test, without a model. What has stood it is fresh again. */
  readonly isOvertaken: (answer: Answer, signal: AbortSignal) => Promise<boolean>;
}

const AT_ONCE = 200;
/** One round looks at no more; what is left comes in the next. */
const MOST = 10_000;
const TESTED_PER_TURN = 20;

/**
 * Tests what changes of the documents may have touched, most used first, while nobody waits: what has stood the test is
 * served at once again, what has not is noted as overtaken, and tested no more until the next change. Gives false when
 * there is more than one round takes.
 */
export async function recheckSuspects(
  deps: RecheckDeps,
  project: Project,
  signal: AbortSignal,
): Promise<boolean> {
  const { store, clock } = deps;
  const profile = await deps.profileOf(project.id);
  const tested = new Set<number>();
  while (tested.size < MOST) {
    // Read before the test: an answer that a later change overtook is tested again.
    const version = await store.projects.corpusVersion(project.id);
    const suspects = await store.rewarm.suspects(project.id, { now: clock(), profile, limit: AT_ONCE });
    // What a change has touched again since comes in the next round.
    const untested = suspects.filter(({ id }) => !tested.has(id));
    if (untested.length === 0) return suspects.length === 0;
    for (const { id } of untested) tested.add(id);
    const overtaken = await testAll(deps, untested, signal);
    if (overtaken.length > 0) await store.rewarm.noteOvertaken(project.id, overtaken, version);
  }
  return false;
}

async function testAll(
  { isOvertaken }: RecheckDeps,
  suspects: readonly Answer[],
  signal: AbortSignal,
): Promise<Answer[]> {
  const overtaken: Answer[] = [];
  for (const [i, answer] of suspects.entries()) {
    if (await isOvertaken(answer, signal)) overtaken.push(answer);
    if (i % TESTED_PER_TURN === 0) await breathe(signal);
  }
  return overtaken;
}
