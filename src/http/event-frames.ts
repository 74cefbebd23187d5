import type { BatchView } from '#core/queue/views.ts';
import type { EventName } from '#wire/events.ts';
import { presentProgress } from './present/batch.ts';

const UTF8 = new TextEncoder();
const MAX_FRAMES = 256;

/**
 * Encoded events by batch, newest view only: a thousand watchers of a batch share one encoding. Only the batches
 * asked for last are kept; a miss costs one more encoding.
 */
export class EventFrames {
  readonly #frames = new Map<number, Kept>();

  /** The event under its version as id. */
  of(view: BatchView, name: EventName): Uint8Array {
    const { id, version } = view.batch;
    const kept = this.#frames.get(id);
    if (kept !== undefined && kept.view === view && kept.name === name) return kept.frame;
    const frame = encodeFrame(String(version), view, name);
    this.#frames.delete(id);
    this.#frames.set(id, { view, name, frame });
    const oldest = this.#frames.keys().next();
    if (this.#frames.size > MAX_FRAMES && oldest.done !== true) this.#frames.delete(oldest.value);
    return frame;
  }
}

interface Kept {
  readonly view: BatchView;
  readonly name: EventName;
  readonly frame: Uint8Array;
}

export function encodeFrame(eventId: string, view: BatchView, name: EventName): Uint8Array {
  return UTF8.encode(`id: ${eventId}\nevent: ${name}\ndata: ${JSON.stringify(presentProgress(view))}\n\n`);
}

export const HEARTBEAT_FRAME = UTF8.encode(': still here\n\n');
