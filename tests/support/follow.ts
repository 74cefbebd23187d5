import assert from 'node:assert/strict';
import { readEvents } from '../../sdk/event-stream.ts';
import type { Progress } from '../../sdk/wire/index.ts';

export interface SeenEvent {
  readonly id: number;
  readonly name: string;
  readonly data: Progress;
}

const TERMINAL = ['complete', 'cancelled', 'deleted'];

/** One connection to the events of a batch, as a browser would make it: no SDK between. */
export async function connect(
  url: string,
  batchId: string,
  lastEventId: number | null = null,
): Promise<{ readonly status: number; readonly events: AsyncGenerator<SeenEvent> }> {
  const response = await fetch(`${url}/api/v1/batches/${batchId}/events`, {
    headers: lastEventId === null ? {} : { 'Last-Event-ID': String(lastEventId) },
  });
  return { status: response.status, events: eventsOf(response.body) };
}

async function* eventsOf(body: ReadableStream<Uint8Array> | null): AsyncGenerator<SeenEvent> {
  if (body === null) return;
  for await (const { id, name, data } of readEvents(body)) {
    yield { id: Number(id), name, data: JSON.parse(data) as Progress };
  }
}

/** Holds what a watcher sees against what must never happen, over any number of connections. */
export class Witness {
  readonly seen: SeenEvent[] = [];
  readonly #total: number;

  constructor(total: number) {
    this.#total = total;
  }

  get lastId(): number | null {
    return this.seen.at(-1)?.id ?? null;
  }

  get end(): string | null {
    const last = this.seen.at(-1)?.name;
    return last !== undefined && TERMINAL.includes(last) ? last : null;
  }

  note(event: SeenEvent): void {
    const { id, name, data } = event;
    const before = this.seen.at(-1);
    assert.equal(this.end, null, 'nothing follows the end');
    assert.ok(id >= (before?.id ?? 0), `id ${id} after ${before?.id}`);
    assert.ok(data.version <= id, `version ${data.version} under id ${id}`);
    if (name !== 'deleted') {
      assert.equal(data.total, this.#total);
      assert.equal(data.processed, data.completed + data.failed + data.skipped + data.cancelled);
      assert.ok(data.processed <= data.total);
      assert.ok(data.processed >= (before?.data.processed ?? 0), 'what ended stays ended');
    }
    if (id === before?.id && !TERMINAL.includes(name)) {
      assert.equal(data.processed, before.data.processed, 'the same version is the same state');
    }
    this.seen.push(event);
  }
}
