/** Values of JSON lines, as their text comes. A last line that was cut off is an error. */
export async function* readJsonLines<T>(body: ReadableStream<Uint8Array>): AsyncGenerator<T, void, void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      const lines = (rest + decoder.decode(part.value, { stream: true })).split('\n');
      rest = lines.pop() as string;
      yield* lines.filter((line) => line !== '').map((line) => JSON.parse(line) as T);
    }
    if (rest !== '') yield JSON.parse(rest) as T;
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
