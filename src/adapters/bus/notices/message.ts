import type { Notice } from '#ports/bus.ts';

/** What goes through the channel of a bus. */
export interface Message {
  /** The process that speaks. */
  readonly from: string;
  readonly notices: readonly Notice[];
}

/** null: other programs may use the channel, and newer versions of this one. */
export function readMessage(text: string): Message | null {
  try {
    const message = JSON.parse(text) as Message;
    return Array.isArray(message.notices) ? message : null;
  } catch {
    return null;
  }
}
