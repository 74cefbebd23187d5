import { Fault } from '#domain/fault.ts';

/**
 * A version that was staged under another embedder than the project's index has by now: its vectors could not be
 * compared with the others.
 *
 * @throws Fault conflict `embedder_changed`
 */
export function checkEmbedder(made: string, serving: string | null): void {
  if (serving === null || serving === made) return;
  throw new Fault(
    'conflict',
    'embedder_changed',
    `The index was made anew with ${serving} while this was embedded with ${made}: it is embedded again.`,
  );
}
