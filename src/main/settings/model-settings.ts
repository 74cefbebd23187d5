import { address, model, oneOf, price, singlePrice, text, whole } from './setting.ts';

/** The settings of models: part of the table in config.ts. */
export const MODEL_SETTINGS = {
  PREHEAT_GENERATOR: model(
    'extractive',
    ['openai', 'google'],
    "What writes answers: `extractive` (built in: quotes the best sentences), `openai:<model>` (any server that speaks like OpenAI's), `google:<model>`.",
  ),
  PREHEAT_GENERATOR_URL: address(
    "Where the generator is, such as `http://127.0.0.1:11434/v1`; without it `OPENAI_BASE_URL`, or the provider's own address.",
  ),
  PREHEAT_GENERATOR_KEY: text(
    '',
    'Key of the generator; without it, and without an address of its own, `OPENAI_API_KEY` or `GOOGLE_GENERATIVE_AI_API_KEY`.',
  ),
  PREHEAT_GENERATOR_TIMEOUT_SECONDS: whole(
    '60',
    1,
    3_600,
    'How long the generator may be silent, before its first word or between two, in seconds.',
  ),
  PREHEAT_GENERATOR_CONCURRENCY: whole('8', 1, 1_000, 'Calls of the generator at once, in this process.'),
  PREHEAT_GENERATOR_MAX_TOKENS: whole(
    '1024',
    16,
    65_536,
    'Longest answer that the generator may write, in tokens.',
  ),
  PREHEAT_GENERATOR_PRICE: price(
    'Price of a million tokens read and written, such as `0.15/0.60`; what answers cost is counted by it.',
  ),
  PREHEAT_EMBEDDER: model(
    'lexical',
    ['openai', 'google', 'local'],
    'What makes vectors: `lexical` (built in), `openai:<model>`, `google:<model>`, or `local:<model>` (files in the data folder, run in this process). A change makes the index anew, in the background.',
  ),
  PREHEAT_EMBEDDER_URL: address('Where the embedder is; without it as for the generator.'),
  PREHEAT_EMBEDDER_KEY: text('', 'Key of the embedder; without it as for the generator.'),
  PREHEAT_EMBEDDER_TIMEOUT_SECONDS: whole(
    '30',
    1,
    3_600,
    'How long one call of the embedder may take, in seconds.',
  ),
  PREHEAT_EMBEDDER_CONCURRENCY: whole(
    '4',
    1,
    1_000,
    'Calls of the embedder at once in this process, and groups of 100 chunks that all files have under way.',
  ),
  PREHEAT_EMBEDDER_PRICE: singlePrice(
    'Price of a million tokens embedded, such as `0.02`; what files cost is counted by it.',
  ),
  PREHEAT_EMBEDDER_BATCH: whole('100', 1, 2_048, 'Most texts in one call of the embedder.'),
  PREHEAT_EMBEDDER_DIMENSIONS: whole(
    '0',
    0,
    16_384,
    'Dimensions to ask the embedder for; 0 leaves it to the model.',
  ),
  PREHEAT_EMBEDDER_QUESTION_PREFIX: text(
    '',
    'Words before each question, for models trained on them, such as `search_query: `.',
  ),
  PREHEAT_EMBEDDER_PASSAGE_PREFIX: text('', 'Words before each passage, such as `search_document: `.'),
  PREHEAT_FALLBACK: oneOf(
    'none',
    ['none', 'extractive'],
    'When the generator is down and no answer is kept: refuse with 503, or quote the best sentences, flagged.',
  ),
  PREHEAT_GRACE_HOURS: whole(
    '24',
    0,
    168,
    'How long past its time an answer may be served, flagged, in hours: while the generator is down, or where a project serves what is stale.',
  ),
  PREHEAT_JUDGE: model(
    'none',
    ['openai', 'google'],
    'What judges a sample of new answers: `none`, `openai:<model>` or `google:<model>`.',
  ),
  PREHEAT_JUDGE_URL: address('Where the judge is; without it as for the generator.'),
  PREHEAT_JUDGE_KEY: text('', 'Key of the judge; without it as for the generator.'),
  PREHEAT_JUDGE_PERCENT: whole('5', 0, 100, 'How many of a hundred new answers are judged.'),
  PREHEAT_JUDGE_TOKENS_PER_DAY: whole(
    '100000',
    0,
    1_000_000_000,
    'Tokens that judging may take in a project within 24 hours.',
  ),
  OPENAI_BASE_URL: address("Address of the OpenAI-compatible server; without it OpenAI's own."),
  OPENAI_API_KEY: text('', 'Key of the OpenAI-compatible server; many that run beside you need none.'),
  GOOGLE_GENERATIVE_AI_API_KEY: text('', 'Key of Gemini.'),
} as const;
