/** A stream that says nothing, not even a heartbeat, for so long is dead. */
const SILENCE_MS = 45_000;

/** Ends a stream on which nothing came for too long. */
export function untilSilent(
  body: ReadableStream<Uint8Array>,
  signal: AbortSignal | undefined,
): ReadableStream<Uint8Array> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const guard = new TransformStream<Uint8Array, Uint8Array>({
    start: restart,
    transform(chunk, controller) {
      restart(controller);
      controller.enqueue(chunk);
    },
    flush: () => clearTimeout(timer),
  });
  function restart(controller: TransformStreamDefaultController<Uint8Array>): void {
    clearTimeout(timer);
    timer = setTimeout(() => controller.error(new Error('The stream went silent')), SILENCE_MS);
  }
  const options = signal === undefined ? {} : { signal };
  body.pipeTo(guard.writable, options).catch(() => clearTimeout(timer));
  return guard.readable;
}
