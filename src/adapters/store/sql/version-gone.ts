import { Fault } from '#domain/fault.ts';

/** A version that was swept away, or has moved on: whoever works on it has to begin anew. */
export function versionGone(versionId: number): Fault {
  return new Fault(
    'conflict',
    'version_gone',
    `Version ${versionId} of the document is no longer being written: it took too long and was cleared away. Try again.`,
  );
}
