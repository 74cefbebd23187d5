/** One server-sent event. */
export interface ServerEvent {
  readonly id: string;
  readonly name: string;
  readonly data: string;
}

/**
 * Reads server-sent events out of a response body.
 *
 * An event that was cut off by the end of the stream is dropped: the next connection brings it again.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent, void, void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  const parser = new EventParser();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      yield* parser.push(decoder.decode(part.value, { stream: true }));
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** Turns text, cut anywhere, into events. */
class EventParser {
  #rest = '';
  #id = '';
  #name = '';
  #data: string[] = [];

  *push(text: string): Generator<ServerEvent, void, void> {
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      const event = this.#line(line);
      if (event !== null) yield event;
    }
  }

  #line(line: string): ServerEvent | null {
    if (line === '') return this.#dispatch();
    const colon = line.indexOf(':');
    if (colon === 0) return null;
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'id') this.#id = value;
    else if (field === 'event') this.#name = value;
    else if (field === 'data') this.#data.push(value);
    return null;
  }

  #dispatch(): ServerEvent | null {
    const data = this.#data;
    const name = this.#name === '' ? 'message' : this.#name;
    this.#data = [];
    this.#name = '';
    return data.length === 0 ? null : { id: this.#id, name, data: data.join('\n') };
  }
}
