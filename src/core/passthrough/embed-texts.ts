import { reckonTokens } from '#domain/budget.ts';
import { RelayFault } from '#domain/relay-fault.ts';
import type { Json, JsonObject } from '#domain/json.ts';
import type { CacheWishes, Turn, TurnSource } from '#domain/turn.ts';
import type { Relay } from '#ports/relay.ts';
import { countOf } from './judge-turn.ts';
import { parsed } from './make-turn.ts';
import { ageOf, findTurns, isUsable, keepTurns, refuseUncached, relayOf } from './passing.ts';
import type { Passing, Served } from './passing.ts';
import { isRepeatable, turnKeyOf } from './turn-key.ts';

/** A text, or the numbers of its tokens. */
export type EmbeddingInput = string | readonly number[];

export interface EmbeddingAsked {
  readonly projectId: number;
  /** The key that asks, which pays beside its project. */
  readonly keyId: number | null;
  /** Goes along to the upstream. */
  readonly requestId: string | null;
  readonly model: string;
  readonly request: JsonObject;
  readonly inputs: readonly EmbeddingInput[];
  readonly wishes: CacheWishes;
  readonly signal: AbortSignal;
}

export interface EmbeddingReply extends Served {
  readonly text: string;
}

/**
 * Vectors of texts, each kept by itself: of many texts only those are passed through that nobody had before.
 *
 * @throws Fault `model_not_found`, `not_cached`; RelayFault
 */
export async function embedTexts(passing: Passing, asked: EmbeddingAsked): Promise<EmbeddingReply> {
  const relay = relayOf(passing, asked.model);
  const { projectId, wishes, request } = asked;
  if (!wishes.isStoring || !isRepeatable(request)) {
    passing.counter.add(projectId, { bypassed: 1 });
    const text = await send(passing, asked, relay, request);
    return { text, source: 'bypass', ageSeconds: null };
  }
  const keys = asked.inputs.map((input) =>
    turnKeyOf(passing.digest, {
      kind: 'embedding',
      relay: relay.name,
      request: { ...request, input: input as Json },
    }),
  );
  const wanted = [...new Set(keys)];
  const known = wishes.isFresh ? new Map<string, Turn>() : await findTurns(passing, projectId, wanted);
  const usable = new Map([...known].filter(([, turn]) => isUsable(passing, turn, wishes)));
  const missing = wanted.filter((key) => !usable.has(key));
  if (missing.length > 0 && wishes.isOnlyCached) refuseUncached();
  const [made, isOurs] = await madeOf(passing, asked, { relay, keys, missing });
  count(passing, projectId, { hits: [...usable.values()], made: isOurs ? made : [] });
  const turns = new Map([...usable, ...made.map((turn) => [turn.key, turn] as const)]);
  const source = sourceOf(usable.size, missing.length, isOurs);
  const age =
    usable.size === 0 ? null : Math.max(...[...usable.values()].map((turn) => ageOf(passing, turn)));
  return {
    text: listOf(
      asked.model,
      keys.map((key) => turns.get(key) as Turn),
    ),
    source,
    ageSeconds: age,
  };
}

function sourceOf(hits: number, missing: number, isOurs: boolean): TurnSource {
  if (missing === 0) return 'hit';
  if (hits > 0) return 'partial';
  return isOurs ? 'miss' : 'shared';
}

interface Missing {
  readonly relay: Relay;
  /** Of all inputs, in their order. */
  readonly keys: readonly string[];
  readonly missing: readonly string[];
}

/** The vectors that were missing, and whether it was us who had them made. */
async function madeOf(
  passing: Passing,
  asked: EmbeddingAsked,
  missing: Missing,
): Promise<readonly [turns: readonly Turn[], isOurs: boolean]> {
  if (missing.missing.length === 0) return [[], true];
  let isOurs = false;
  const name = `${asked.projectId}:${passing.digest(missing.missing.join())}:${asked.wishes.isFresh}`;
  const turns = await passing.vectors.join(
    name,
    (signal) => {
      isOurs = true;
      return make(passing, { ...asked, signal }, missing);
    },
    asked.signal,
  );
  return [turns, isOurs];
}

async function make(
  passing: Passing,
  asked: EmbeddingAsked,
  { relay, keys, missing }: Missing,
): Promise<readonly Turn[]> {
  const { projectId, model, request, inputs } = asked;
  const texts = missing.map((key) => inputs[keys.indexOf(key)] as EmbeddingInput);
  const text = await send(passing, asked, relay, { ...request, input: texts as Json });
  const { vectors, usedModel, tokens } = readVectors(text, texts.length);
  const shares = sharesOf(tokens, texts);
  const createdAt = passing.now();
  const expiresAt = createdAt + passing.settings.ttlMs;
  const turns = missing.map((key, at): Turn => {
    const said = JSON.stringify({ model: usedModel, embedding: vectors[at] });
    const head = { projectId, key, kind: 'embedding', form: 'whole', model, body: said } as const;
    return { ...head, inputTokens: shares[at] ?? 0, outputTokens: 0, createdAt, expiresAt };
  });
  await keepTurns(passing, turns);
  return turns;
}

/** One call to the upstream, within the budget of who asks. */
function send(
  passing: Passing,
  { projectId, keyId, requestId, signal }: EmbeddingAsked,
  relay: Relay,
  request: JsonObject,
): Promise<string> {
  const prompt = reckonTokens(JSON.stringify(request['input'] ?? ''));
  return passing.budgets.run(
    { projectId, keyId },
    { prompt, most: prompt },
    {
      async call() {
        const relayed = await passing.trace(requestId, () =>
          relay.send('embeddings', JSON.stringify(request), signal),
        );
        if (relayed.form !== 'whole') throw garbled('a stream came where vectors were asked for');
        return relayed.text;
      },
      tokensOf: (text) => countOf((parsed(text)['usage'] as JsonObject | undefined)?.['prompt_tokens']),
    },
  );
}

function readVectors(text: string, wanted: number) {
  const { data, model, usage } = parsed(text) as {
    data?: readonly { readonly index?: number; readonly embedding?: Json }[];
    model?: Json;
    usage?: { prompt_tokens?: Json };
  };
  const vectors: Json[] = [];
  for (const [at, { index = at, embedding }] of (Array.isArray(data) ? data : []).entries()) {
    if (embedding !== undefined && embedding !== null) vectors[index] = embedding;
  }
  if (vectors.length !== wanted || vectors.includes(undefined as never))
    throw garbled(`${vectors.length} vectors came for ${wanted} texts`);
  return { vectors, usedModel: model ?? null, tokens: countOf(usage?.prompt_tokens) };
}

/** The tokens of one call, shared out by the lengths of its texts, so that they add up again. */
function sharesOf(tokens: number, texts: readonly EmbeddingInput[]): number[] {
  const total = texts.reduce((sum, { length }) => sum + length, 0);
  let before = 0;
  let given = 0;
  return texts.map(({ length }) => {
    before += length;
    const upTo = total === 0 ? 0 : Math.round((tokens * before) / total);
    const share = upTo - given;
    given = upTo;
    return share;
  });
}

/** As the upstream would list them. */
function listOf(asked: string, turns: readonly Turn[]): string {
  let model: string | null = null;
  const data = turns.map(({ body }, index) => {
    const said = JSON.parse(body) as { model: string | null; embedding: Json };
    model ??= said.model;
    return { object: 'embedding', index, embedding: said.embedding };
  });
  const tokens = turns.reduce((sum, { inputTokens }) => sum + inputTokens, 0);
  const usage = { prompt_tokens: tokens, total_tokens: tokens };
  return JSON.stringify({ object: 'list', data, model: model ?? asked, usage });
}

function count(
  { counter }: Passing,
  projectId: number,
  { hits, made }: { readonly hits: readonly Turn[]; readonly made: readonly Turn[] },
): void {
  const tokensOf = (turns: readonly Turn[]) => turns.reduce((sum, { inputTokens }) => sum + inputTokens, 0);
  counter.add(projectId, {
    hits: hits.length,
    misses: made.length,
    savedTokens: tokensOf(hits),
    spentTokens: tokensOf(made),
  });
}

function garbled(why: string): RelayFault {
  return new RelayFault('unavailable', 'upstream_garbled', `The upstream's answer cannot be used: ${why}.`, {
    retryAfterSeconds: 1,
  });
}
