import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ExtractiveGenerator } from '#adapters/model/extractive/extractive-generator.ts';
import { meaningOf } from '#adapters/model/lexical/concepts.ts';
import { LexicalEmbedder } from '#adapters/model/lexical/lexical-embedder.ts';
import { retrievePassages } from '#core/documents/retrieve-passages.ts';
import type { RetrievalDeps } from '#core/documents/retrieve-passages.ts';
import { textOf } from '#domain/document.ts';
import type { Passage } from '#domain/document.ts';
import type { Embedder } from '#ports/model.ts';
import { machine, print } from './figures.ts';
import { openCorpus } from './retrieval-corpus.ts';
import type { SampleDocument } from './retrieval-corpus.ts';

interface Asked {
  readonly question: string;
  /** Any of these stands in the paragraph that answers it; none: nothing does. */
  readonly spans: readonly string[];
}

const FOLDER = join(import.meta.dirname, 'retrieval');
const LIMIT = 10;
/** Passages that an answer is made of, as in the product. */
const ANSWER_LIMIT = 8;
const NEVER = new AbortController().signal;

/**
 * `npm run bench -- retrieval [documents.md questions.jsonl]`: whether the paragraph that answers a question is found, by
 * words alone, by vectors alone and by both, and whether the extractive answer holds what answers it. Without arguments
 * the set of bench/retrieval, whose second half nothing was tuned by.
 */
export async function benchRetrieval(args: readonly string[]): Promise<void> {
  const [documents = join(FOLDER, 'documents.md'), questions = join(FOLDER, 'questions.jsonl')] = args;
  const corpus = await openCorpus(readDocuments(documents));
  const asked = readQuestions(questions);
  print(
    `Retrieval: ${corpus.documents} documents, ${corpus.chunks} chunks, ${asked.length} questions. ${machine()}`,
  );
  const isOwn = args.length === 0;
  if (isOwn)
    await report(
      'first half (looked at)',
      corpus.deps,
      asked.filter((_, i) => i % 2 === 0),
    );
  if (isOwn)
    await report(
      'second half (held out)',
      corpus.deps,
      asked.filter((_, i) => i % 2 === 1),
    );
  else await report('all', corpus.deps, asked);
}

type Deps = Omit<RetrievalDeps, 'embedderOf'>;

async function report(name: string, deps: Deps, asked: readonly Asked[]): Promise<void> {
  print(`\n${name}: ${asked.length}`);
  print('                     recall@1   @5   @10    MRR | answer holds it   other   none');
  const lexical = new LexicalEmbedder();
  const ways: readonly [string, Embedder][] = [
    ['words alone', weighted(lexical, 0)],
    ['vectors alone', weighted(lexical, 1e6)],
    ['both', lexical],
  ];
  for (const [way, embedder] of ways)
    await reportWay(way, { ...deps, embedderOf: async () => embedder }, asked);
}

async function reportWay(way: string, deps: RetrievalDeps, asked: readonly Asked[]): Promise<void> {
  const generator = new ExtractiveGenerator(meaningOf);
  const answerable = asked.filter(({ spans }) => spans.length > 0);
  const ranks: number[] = [];
  const tally = { holds: 0, other: 0, none: 0, wronglyFound: 0 };
  for (const { question, spans } of asked) {
    const request = { projectId: 1, keyId: null, question, signal: NEVER };
    const { passages } = await retrievePassages(deps, { ...request, limit: LIMIT });
    const given = (await retrievePassages(deps, { ...request, limit: ANSWER_LIMIT })).passages;
    const answer = await generator.generate({ question, passages: given }, NEVER);
    if (spans.length === 0) {
      if (answer.found) tally.wronglyFound += 1;
      continue;
    }
    ranks.push(rankOf(passages, spans));
    const said = plain(answer.quotes.map(({ text }) => text).join('\n'));
    if (!answer.found) tally.none += 1;
    else if (spans.some((span) => said.includes(plain(span)))) tally.holds += 1;
    else tally.other += 1;
  }
  const share = (most: number): string =>
    ((100 * ranks.filter((rank) => rank <= most).length) / ranks.length).toFixed(1).padStart(5);
  const mrr = ranks.reduce((sum, rank) => sum + 1 / rank, 0) / ranks.length;
  const percent = (count: number): string => ((100 * count) / answerable.length).toFixed(1).padStart(6);
  print(
    `  ${way.padEnd(18)}  ${share(1)} ${share(5)} ${share(10)}  ${mrr.toFixed(3)} |      ${percent(tally.holds)}     ${percent(tally.other)} ${percent(tally.none)}` +
      (asked.length > answerable.length
        ? `   (unanswerable answered: ${tally.wronglyFound} of ${asked.length - answerable.length})`
        : ''),
  );
}

/** From 1; infinite when it is not among them. */
function rankOf(passages: readonly Passage[], spans: readonly string[]): number {
  const at = passages.findIndex((passage) => {
    const text = plain(textOf(passage));
    return spans.some((span) => text.includes(plain(span)));
  });
  return at === -1 ? Infinity : at + 1;
}

function weighted(embedder: LexicalEmbedder, weight: number): Embedder {
  return {
    name: embedder.name,
    dimensions: embedder.dimensions,
    weight,
    embed: (texts, signal) => embedder.embed(texts, signal),
  };
}

/** One file of many documents, each begun by a heading of the first level. */
function readDocuments(file: string): SampleDocument[] {
  return readFileSync(file, 'utf8')
    .split(/^(?=# )/m)
    .filter((text) => text.trim() !== '')
    .map((text, i) => ({ name: `${i + 1}.md`, markdown: text }));
}

/** A line is `[question, span]` or `[question, [span, …]]`; null: the documents do not answer it. */
function readQuestions(file: string): Asked[] {
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => {
      const [question, span] = JSON.parse(line) as [string, string | readonly string[] | null];
      return { question, spans: span === null ? [] : [span].flat() };
    });
}

function plain(text: string): string {
  return text.replace(/\s+/g, ' ');
}
