/** Apart from the schemas, so that a page which only listens does not load zod. */
export const EVENT_NAMES = ['progress', 'paused', 'resumed', 'complete', 'cancelled', 'deleted'] as const;
export type EventName = (typeof EVENT_NAMES)[number];

/** After one of these the stream of a batch ends, and a reconnect gets 204. */
export const TERMINAL_EVENTS: readonly EventName[] = ['complete', 'cancelled', 'deleted'];

/** What a streamed ask says. After `answer` or `error` it ends. */
export const ASK_EVENT_NAMES = ['delta', 'restart', 'answer', 'error'] as const;
export type AskEventName = (typeof ASK_EVENT_NAMES)[number];
