/** Lets everybody else have a turn in the middle of long work; a microtask would not. @throws the signal's reason */
export async function breathe(signal?: AbortSignal): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve);
  });
  signal?.throwIfAborted();
}
