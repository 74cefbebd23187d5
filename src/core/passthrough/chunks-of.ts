import type { Json, JsonObject } from '#domain/json.ts';

/** Characters of one chunk of a text that was there already. */
const PIECE = 60;

/** A completion that came whole, as the chunks of a stream that says the same. */
export function chunksOf(text: string): string[] {
  const { choices, object: _object, usage, ...head } = JSON.parse(text) as JsonObject;
  const chunk = (rest: object) => JSON.stringify({ ...head, object: 'chat.completion.chunk', ...rest });
  const parts = Array.isArray(choices) ? (choices as unknown as WholeChoice[]) : [];
  return [
    ...parts.flatMap((choice) => deltasOf(choice).map((part) => chunk({ choices: [part] }))),
    ...(usage === undefined ? [] : [chunk({ choices: [], usage })]),
  ];
}

interface WholeChoice {
  readonly index?: number;
  readonly message?: Record<string, Json>;
  readonly logprobs?: Json;
  readonly finish_reason?: Json;
}

function deltasOf({ index = 0, message = {}, logprobs, finish_reason = null }: WholeChoice): object[] {
  const { role = 'assistant', content = null, tool_calls: calls, ...others } = message;
  const part = (delta: object, finish: Json = null, rest: object = {}) => ({
    index,
    delta,
    ...rest,
    finish_reason: finish,
  });
  const numbered = Array.isArray(calls)
    ? { tool_calls: (calls as JsonObject[]).map((call, at) => ({ index: at, ...call })) }
    : {};
  const first = { role, ...(content === null ? { content } : { content: '' }), ...said(others), ...numbered };
  const pieces = typeof content === 'string' ? piecesOf(content) : [];
  return [
    part(first, null, logprobs === undefined || logprobs === null ? {} : { logprobs }),
    ...pieces.map((piece) => part({ content: piece })),
    part({}, finish_reason),
  ];
}

function said(members: Record<string, Json>): Record<string, Json> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null));
}

/** Cut after white space, so that what was there already reads like what is being made. */
function piecesOf(text: string): string[] {
  return text.match(new RegExp(`[\\s\\S]{1,${PIECE}}(?:\\s|$)|[\\s\\S]{1,${PIECE}}`, 'gu')) ?? [];
}

/** A chunk for a caller who did not ask for the usage, which we always do; null: nothing but that was in it. */
export function withoutUsage(line: string): string | null {
  if (!line.includes('"usage"')) return line;
  const { usage, ...chunk } = JSON.parse(line) as JsonObject;
  if (usage === undefined) return line;
  return Array.isArray(chunk['choices']) && chunk['choices'].length === 0 ? null : JSON.stringify(chunk);
}
