import { errorAsJson, explainError } from './screen/explain-error.ts';
import { EXIT } from './refusal.ts';
import type { Terminal } from './screen/terminal.ts';

/** Runs the work of a command; its exit code becomes that of the process, its errors words, or JSON when asked for. */
export async function runCommand(
  terminal: Terminal,
  options: { readonly json?: boolean },
  work: () => Promise<number>,
): Promise<void> {
  try {
    process.exitCode = await work();
  } catch (error) {
    process.exitCode = EXIT.refused;
    if (options.json === true) terminal.out(`${JSON.stringify(errorAsJson(error))}\n`);
    else terminal.note(explainError(error, terminal.notePaint));
  }
}
