import { NO_USAGE } from '#domain/answer.ts';
import type { Citation, Evidence, EvidenceParagraph, NewAnswer, Usage } from '#domain/answer.ts';
import type { EmbeddedQuestion } from '#domain/embedded-question.ts';
import type { TokenBudgets } from '../platform/token-budgets.ts';
import type { Passage } from '#domain/document.ts';
import type { PassageFilter } from '#domain/passage-filter.ts';
import type { EmbedSpending, Generated, GenerateRequest, Generator, Quote, TextSink } from '#ports/model.ts';
import { sha256Hex } from './sha256.ts';

export const NOT_FOUND_TEXT = 'The documents do not answer this question.';

/** What retrieval gives for a question: the passages, best first, all as of one corpus version. */
export interface Retrieved {
  readonly corpusVersion: number;
  readonly epoch: number;
  readonly passages: readonly Passage[];
  readonly floor: number | null;
  /** The question as it was embedded; see `NewAnswer`. */
  readonly asked?: EmbeddedQuestion | null;
  /** What embedding the question took; absent: nothing. */
  readonly spent?: EmbedSpending;
}

type Retrieve = (request: RetrieveRequest) => Promise<Retrieved>;

interface RetrieveRequest {
  readonly projectId: number;
  /** null: the project alone pays. */
  readonly keyId: number | null;
  readonly question: string;
  readonly filter: PassageFilter;
  readonly limit: number;
  readonly signal: AbortSignal;
}

export interface MakeDeps {
  readonly retrieve: Retrieve;
  readonly settings: {
    /** Passages that the generator is given. */
    readonly passages: number;
    readonly foundTtlMs: number;
    readonly notFoundTtlMs: number;
  };
  readonly now: () => number;
  /** Whether a new answer is to be judged; absent: none is. */
  readonly choosesToJudge?: () => boolean;
  /** Absent: nobody counts what models take. */
  readonly budgets?: Pick<TokenBudgets, 'run'>;
}

export interface MakeRequest {
  readonly projectId: number;
  readonly key: string;
  readonly question: string;
  readonly filter: PassageFilter;
  /** null: the project alone pays. */
  readonly keyId: number | null;
  readonly generator: Generator;
  readonly profile: string;
  /** What retrieval gave a moment ago, where somebody asked already. */
  readonly retrieved: Retrieved | null;
  readonly live?: TextSink | undefined;
}

/** Retrieves, generates and checks: an answer that is ready to be stored. */
export async function makeAnswer(
  deps: MakeDeps,
  request: MakeRequest,
  signal: AbortSignal,
): Promise<NewAnswer> {
  const { projectId, key, question, filter, generator, profile, keyId } = request;
  const startedAt = deps.now();
  const limit = deps.settings.passages;
  const retrieved =
    request.retrieved ?? (await deps.retrieve({ projectId, keyId, question, filter, limit, signal }));
  const { passages, corpusVersion } = retrieved;
  const asked = { question, passages };
  const reckoned = passages.length === 0 ? undefined : generator.reckon?.(asked);
  const call = (): Promise<Generated> => generate(generator, { ...asked, live: request.live }, signal);
  const generated =
    reckoned === undefined || deps.budgets === undefined
      ? await call()
      : await deps.budgets.run({ projectId, keyId }, reckoned, { call, tokensOf });
  signal.throwIfAborted();
  const checked = checkQuotes(generated, passages);
  const createdAt = deps.now();
  const { foundTtlMs, notFoundTtlMs } = deps.settings;
  const isWhole = checked !== null && generated.isCutShort !== true;
  const { text, quotes } = checked ?? NOT_FOUND;
  return {
    projectId,
    key,
    question,
    filter,
    found: checked !== null,
    text,
    citations: quotes.map((quote, index) => toCitation(quote, index + 1, passages)),
    evidence: evidenceOf(profile, retrieved, quotes),
    usage: withEmbedding(generated.usage, retrieved.spent),
    profile,
    generator: generator.name,
    corpusVersion,
    createdAt,
    expiresAt: createdAt + (isWhole ? foundTtlMs : notFoundTtlMs),
    tookMs: createdAt - startedAt,
    asked: retrieved.asked ?? null,
    isToBeJudged: checked !== null && deps.choosesToJudge?.() === true,
  };
}

/** What making an answer took: with what finding its passages did. */
function withEmbedding(usage: Usage, spent: EmbedSpending | undefined): Usage {
  if (spent === undefined || spent.tokens === 0) return usage;
  const { inputTokens, costMicros } = usage;
  const isPriced = costMicros !== null || spent.costMicros > 0;
  return {
    ...usage,
    inputTokens: inputTokens + spent.tokens,
    costMicros: isPriced ? (costMicros ?? 0) + spent.costMicros : null,
  };
}

function tokensOf({ usage }: Generated): number {
  return usage.inputTokens + usage.outputTokens;
}

/** Without a passage there is nothing to answer from, and nobody needs to be asked. */
async function generate(
  generator: Generator,
  { live, ...request }: GenerateRequest & { readonly live: TextSink | undefined },
  signal: AbortSignal,
): Promise<Generated> {
  return request.passages.length === 0 ? NOTHING : generator.generate(request, signal, live);
}

const NOTHING: Generated = { found: false, text: '', quotes: [], usage: NO_USAGE };

/** Digest of what a generator is given: while it is the same, so is what the answer rests on. */
export function fingerprintOf(profile: string, passages: readonly Passage[]): string {
  const hashes = passages.map((passage) => passage.paragraphs.map((paragraph) => paragraph.hash).join(','));
  return sha256Hex(`${profile}\n${hashes.join('\n')}`).slice(0, 32);
}

function evidenceOf(profile: string, retrieved: Retrieved, quotes: readonly Quote[]): Evidence {
  const { passages, epoch, floor } = retrieved;
  const supporting = new Set(
    quotes.map(({ passage, paragraph }) => {
      const { documentId, paragraphs } = passages[passage] as Passage;
      return `${documentId}:${paragraphs[paragraph]?.hash}`;
    }),
  );
  const paragraphs = new Map<string, EvidenceParagraph>();
  for (const { documentId, paragraphs: own } of passages) {
    for (const { hash } of own) {
      const place = `${documentId}:${hash}`;
      paragraphs.set(place, { hash, documentId, supports: supporting.has(place) });
    }
  }
  const fingerprint = fingerprintOf(profile, passages);
  return { paragraphs: [...paragraphs.values()], fingerprint, epoch, floor };
}

const NOT_FOUND: Checked = { text: NOT_FOUND_TEXT, quotes: [] };

interface Checked {
  readonly text: string;
  readonly quotes: readonly Quote[];
}

/**
 * Keeps the quotes that really stand where the generator says, numbers them anew in the order of the text, and
 * drops marks that point at nothing. An answer that is left with no quote is none: nobody could check it.
 */
function checkQuotes(generated: Generated, passages: readonly Passage[]): Checked | null {
  if (!generated.found) return null;
  const quotes: Quote[] = [];
  const numbers = new Map<number, number>();
  const text = generated.text.replace(/\s?\[(\d{1,4})\]/g, (mark, digits: string) => {
    const quote = generated.quotes[Number(digits) - 1];
    if (quote === undefined || !stands(quote, passages)) return '';
    const known = numbers.get(Number(digits));
    if (known === undefined) {
      quotes.push(quote);
      numbers.set(Number(digits), quotes.length);
    }
    return mark.replace(digits, String(known ?? quotes.length));
  });
  return quotes.length === 0 || text.trim() === '' ? null : { text: text.trim(), quotes };
}

function stands(quote: Quote, passages: readonly Passage[]): boolean {
  const paragraph = passages[quote.passage]?.paragraphs[quote.paragraph];
  return paragraph !== undefined && quote.text !== '' && paragraph.text.includes(quote.text);
}

function toCitation(quote: Quote, number: number, passages: readonly Passage[]): Citation {
  const passage = passages[quote.passage] as Passage;
  return {
    number,
    documentId: passage.documentId,
    document: passage.documentName,
    chunkId: passage.id,
    headings: passage.headings,
    page: passage.page,
    quote: quote.text,
    paragraph: passage.paragraphs[quote.paragraph]?.hash ?? '',
  };
}
