/** A line that does not end is no event. */
const MAX_LINE = 8 * 2 ** 20;

/**
 * The data of server-sent events, up to `[DONE]`, each as one line.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export async function* readEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, void> {
  let data: string[] = [];
  for await (const line of linesOf(body)) {
    if (line !== '') {
      if (line.startsWith('data:')) data.push(line.slice(line[5] === ' ' ? 6 : 5));
      continue;
    }
    const event = data.join(' ');
    data = [];
    if (event === '[DONE]') return;
    if (event !== '') yield event;
  }
  // The last one may lack its empty line.
  const event = data.join(' ');
  if (event !== '' && event !== '[DONE]') yield event;
}

async function* linesOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of body) {
    rest += decoder.decode(bytes, { stream: true });
    let from = 0;
    for (let end = rest.indexOf('\n', from); end !== -1; end = rest.indexOf('\n', from)) {
      yield rest.slice(from, rest[end - 1] === '\r' ? end - 1 : end);
      from = end + 1;
    }
    rest = rest.slice(from);
    if (rest.length > MAX_LINE) throw new Error('A line of its stream does not end.');
  }
  if (rest !== '') yield rest;
}
