import { type InputProblem, PreheatError } from '#sdk/index.ts';

/** An error as a person reads it: what happened, and each thing that is wrong. */
export interface Told {
  readonly message: string;
  readonly problems: readonly InputProblem[];
  readonly requestId: string | null;
}

export function tell(error: unknown): Told {
  if (error instanceof PreheatError) {
    const message =
      error.status === 0 ? 'The server does not answer. This page tries again by itself.' : error.message;
    return { message, problems: error.problems, requestId: error.status >= 500 ? error.requestId : null };
  }
  return { message: error instanceof Error ? error.message : String(error), problems: [], requestId: null };
}

export function isMissing(error: unknown): boolean {
  return error instanceof PreheatError && error.status === 404;
}

/** "line 7", "options.pace", or nothing. */
export function placeOf(problem: InputProblem): string | null {
  if (problem.line !== undefined) return `Line ${problem.line}`;
  return problem.field ?? null;
}
