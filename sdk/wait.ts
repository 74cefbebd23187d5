/**
 * Waits, or ends at once when the signal fires.
 *
 * @throws the signal's reason
 */
export function wait(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(reasonOf(signal));
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', stop, { once: true });
    function done(): void {
      signal?.removeEventListener('abort', stop);
      resolve();
    }
    function stop(): void {
      clearTimeout(timer);
      reject(reasonOf(signal));
    }
  });
}

/** Doubles from `baseMs` up to ten seconds, half of it random, so that a crowd of clients does not come back at once. */
export function backoffMs(attempt: number, baseMs = 250): number {
  const ceiling = Math.min(10_000, baseMs * 2 ** attempt);
  return ceiling / 2 + (ceiling / 2) * Math.random();
}

function reasonOf(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason;
  return reason instanceof Error ? reason : new DOMException('This was aborted', 'AbortError');
}
