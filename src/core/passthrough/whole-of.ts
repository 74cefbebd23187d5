import type { Json, JsonObject } from '#domain/json.ts';

/** A chat's completion out of the chunks of its stream: what the same request would have got without `stream`. */
export function wholeOf(lines: readonly string[]): JsonObject {
  const choices = new Map<number, Choice>();
  const whole: Record<string, Json> = {};
  for (const line of lines) {
    const { choices: parts, object: _object, obfuscation: _noise, ...rest } = JSON.parse(line) as JsonObject;
    for (const [name, value] of Object.entries(rest))
      if (value !== null && value !== undefined) whole[name] = value;
    if (!Array.isArray(parts)) continue;
    for (const part of parts as unknown as ChunkChoice[]) add(choices, part);
  }
  const { usage, ...head } = whole;
  return {
    ...head,
    object: 'chat.completion',
    choices: Array.from(choices.values(), (choice) => ({ ...choice }) as unknown as JsonObject),
    ...(usage === undefined ? {} : { usage }),
  };
}

interface ChunkChoice {
  readonly index?: number;
  readonly delta?: Record<string, Json>;
  readonly finish_reason?: string | null;
  readonly logprobs?: Record<string, Json> | null;
}

interface Choice {
  readonly index: number;
  readonly message: Record<string, Json>;
  logprobs?: Record<string, Json> | null;
  finish_reason: string | null;
}

function add(choices: Map<number, Choice>, part: ChunkChoice): void {
  const index = part.index ?? 0;
  let choice = choices.get(index);
  if (choice === undefined) {
    choice = { index, message: { role: 'assistant', content: null }, finish_reason: null };
    choices.set(index, choice);
  }
  for (const [name, value] of Object.entries(part.delta ?? {})) merge(choice.message, name, value);
  if (part.logprobs !== undefined) choice.logprobs = joined(choice.logprobs ?? null, part.logprobs);
  if (typeof part.finish_reason === 'string') choice.finish_reason = part.finish_reason;
}

/** Texts go on, calls of tools go on each under its index, the rest is said once. */
function merge(message: Record<string, Json>, name: string, value: Json): void {
  const before = message[name] ?? null;
  if (name === 'tool_calls' && Array.isArray(value)) message[name] = withCalls(before, value as JsonObject[]);
  else if (typeof value === 'string' && typeof before === 'string' && name !== 'role')
    message[name] = before + value;
  else if (value !== null) message[name] = value;
}

function withCalls(before: Json, parts: readonly JsonObject[]): Json {
  const calls = Array.isArray(before) ? [...(before as JsonObject[])] : [];
  for (const { index = calls.length, ...part } of parts) {
    const at = index as number;
    const known = (calls[at] ?? {}) as Record<string, Json>;
    const called = { ...((known['function'] ?? {}) as Record<string, Json>) };
    for (const [name, value] of Object.entries((part['function'] ?? {}) as JsonObject)) {
      const said = called[name];
      called[name] = typeof said === 'string' && typeof value === 'string' ? said + value : (value as Json);
    }
    calls[at] = { ...known, ...part, function: called } as JsonObject;
  }
  return calls as unknown as Json;
}

function joined(
  before: Record<string, Json> | null,
  part: Record<string, Json> | null,
): Record<string, Json> | null {
  if (before === null || part === null) return part ?? before;
  const both = { ...before };
  for (const [name, value] of Object.entries(part)) {
    const said = both[name];
    both[name] = Array.isArray(said) && Array.isArray(value) ? [...said, ...value] : value;
  }
  return both;
}
