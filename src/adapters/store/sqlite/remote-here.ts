import type { Remote } from './remote.ts';

/** For tests: verbs on a connection of this thread, as the promises that another thread would give. */
export function remoteHere<Verbs extends object>(verbs: Verbs): Remote<() => Verbs> {
  return new Proxy(verbs, {
    get:
      (of, verb: string) =>
      async (...args: unknown[]) =>
        (of as Record<string, (...args: unknown[]) => unknown>)[verb]?.(...args),
  }) as Remote<() => Verbs>;
}
