import { reckonTokens } from '#domain/budget.ts';
import type { Reckoned } from '#domain/budget.ts';
import { RelayFault } from '#domain/relay-fault.ts';
import type { JsonObject } from '#domain/json.ts';
import type { Turn } from '#domain/turn.ts';
import type { Relayed } from '#ports/relay.ts';
import { acrossProcesses } from './across-processes.ts';
import type { ChatRequest } from './chat-request.ts';
import { judgeTurn } from './judge-turn.ts';
import type { Judged } from './judge-turn.ts';
import type { LiveChunks } from './live-chunks.ts';
import { isUsable, keepTurns, partsOf, standsIn } from './passing.ts';
import type { MadeTurn, Passing } from './passing.ts';
import { wholeOf } from './whole-of.ts';

export interface Making {
  /** What was kept and may not be given as it is. */
  readonly known: Turn | null;
  readonly signal: AbortSignal;
  readonly live: LiveChunks;
}

/**
 * Passes a request through and keeps what comes, if it may be said again. On a store that other processes share, one
 * of them does it.
 */
export async function makeTurn(passing: Passing, request: ChatRequest, making: Making): Promise<MadeTurn> {
  const { projectId, key, wishes } = request;
  const { known, signal, live } = making;
  const { keyId } = request;
  const make = () =>
    passing.budgets.run({ projectId, keyId }, reckonChat(request.request), {
      call: () => callOnce(passing, request, making),
      tokensOf: ({ tokens }) => tokens,
    });
  try {
    if (key === null || passing.flights === null) return await make();
    const arrivedAt = passing.now();
    return await acrossProcesses(
      { ...passing, flights: passing.flights, leaseMs: passing.settings.flightLeaseMs },
      { projectId, key, signal },
      {
        make,
        look: async () => {
          const [turn] = await passing.store.turns.find(projectId, [key]);
          const isNew = turn !== undefined && (!wishes.isFresh || turn.createdAt >= arrivedAt);
          return isNew && isUsable(passing, turn, wishes)
            ? { ...partsOf(turn), kept: { turn, source: 'shared' as const } }
            : null;
        },
      },
    );
  } catch (error) {
    // What was told already cannot be taken back.
    const isOutage = error instanceof RelayFault && error.isOutage;
    if (signal.aborted || !isOutage || live.lines.length > 0 || !standsIn(passing, known, wishes))
      throw error;
    return { ...partsOf(known), kept: { turn: known, source: 'stale' } };
  }
}

/** Where the caller sets no limit, models mostly write less than this. */
const USUAL_OUTPUT_TOKENS = 1_024;

function reckonChat(request: JsonObject): Reckoned {
  const prompt = reckonTokens(JSON.stringify(request['messages'] ?? ''));
  const most = request['max_completion_tokens'] ?? request['max_tokens'];
  return { prompt, most: prompt + (typeof most === 'number' && most > 0 ? most : USUAL_OUTPUT_TOKENS) };
}

async function callOnce(passing: Passing, request: ChatRequest, { signal, live }: Making): Promise<MadeTurn> {
  const relayed = await request.relay.send('chat/completions', JSON.stringify(sentOf(request)), signal);
  const lines = relayed.form === 'whole' ? [relayed.text] : await readChunks(relayed, live);
  signal.throwIfAborted();
  const whole = relayed.form === 'whole' ? parsed(relayed.text) : wholeOf(lines);
  const judged = judgeTurn(whole);
  if (relayed.form === 'chunks' && !judged.isFinished) throw cut('it ended without saying that it was done');
  const tokens = judged.inputTokens + judged.outputTokens;
  if (request.key !== null) {
    passing.counter.add(request.projectId, { misses: 1, spentTokens: tokens });
    await keep(passing, request, { form: relayed.form, lines, judged });
  }
  return { form: relayed.form, lines, tokens, kept: null };
}

/** The usage is always asked for: it is kept with the turn, and taken out for who did not want it. */
function sentOf({ request, isStream }: ChatRequest): JsonObject {
  if (!isStream) return request;
  const options = (request['stream_options'] ?? {}) as JsonObject;
  return { ...request, stream: true, stream_options: { ...options, include_usage: true } };
}

async function readChunks(
  { chunks }: Extract<Relayed, { form: 'chunks' }>,
  live: LiveChunks,
): Promise<readonly string[]> {
  for await (const chunk of chunks) {
    const { error, choices } = parsed(chunk);
    if ((error ?? null) !== null && choices === undefined) {
      throw new RelayFault(
        'unavailable',
        'upstream_failed',
        'The upstream failed in the midst of its answer.',
        {
          body: chunk,
          retryAfterSeconds: 1,
        },
      );
    }
    live.push(chunk);
  }
  return live.lines;
}

interface Said {
  readonly form: 'whole' | 'chunks';
  readonly lines: readonly string[];
  readonly judged: Judged;
}

async function keep(passing: Passing, request: ChatRequest, { form, lines, judged }: Said): Promise<void> {
  const body = lines.join('\n');
  const { maxTurnBytes, ttlMs } = passing.settings;
  if (!judged.isKeepable || body.length > maxTurnBytes) return;
  const { projectId, key, model } = request;
  const { inputTokens, outputTokens } = judged;
  const createdAt = passing.now();
  const turn = { key: key as string, kind: 'chat', form, model, body, inputTokens, outputTokens } as const;
  await keepTurns(passing, [{ ...turn, projectId, createdAt, expiresAt: createdAt + ttlMs }]);
}

/** @throws RelayFault `upstream_garbled` */
export function parsed(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  } catch {
    // Said below, as for what is JSON and no object.
  }
  throw new RelayFault(
    'unavailable',
    'upstream_garbled',
    'The upstream answered with something that cannot be read.',
    {
      retryAfterSeconds: 1,
    },
  );
}

function cut(why: string): RelayFault {
  return new RelayFault('unavailable', 'upstream_cut', `The upstream's answer broke off: ${why}.`, {
    retryAfterSeconds: 1,
  });
}
