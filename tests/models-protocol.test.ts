import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import OpenAI from 'openai';
import { AiSdkEmbedder } from '#adapters/model/ai-sdk/ai-sdk-embedder.ts';
import { AiSdkLanguageModel } from '#adapters/model/ai-sdk/ai-sdk-language-model.ts';
import { ModelServer } from './support/model-server.ts';
import { Sink } from './support/sink.ts';

let server: ModelServer;
before(async () => (server = await ModelServer.open()));
after(() => server[Symbol.asyncDispose]());
beforeEach(() => {
  server.heard.length = 0;
  server.mishaps.length = 0;
  server.reply = () => 'Paris is the capital [1].';
  server.finishReason = 'stop';
});

const NEVER = new AbortController().signal;
const TOLD = { instructions: 'Be brief.', material: 'What is the capital?' };

function settings(provider: 'openai' | 'google') {
  return {
    provider,
    baseUrl: provider === 'openai' ? server.openAiUrl : server.googleUrl,
    apiKey: 'sk-secret',
    timeoutMs: 10_000,
    concurrency: 4,
    retryBaseMs: 1,
    restMs: 60_000,
  };
}

function writer(provider: 'openai' | 'google') {
  return new AiSdkLanguageModel({
    ...settings(provider),
    model: 'small',
    maxOutputTokens: 100,
    inputPrice: 0.5,
    outputPrice: 2,
  });
}

function embedder(provider: 'openai' | 'google', dimensions: number | null = null) {
  return new AiSdkEmbedder({
    ...settings(provider),
    model: 'embed-small',
    dimensions,
    textsPerRequest: 3,
    price: 0.5,
    questionPrefix: '',
    passagePrefix: '',
  });
}

test('the official client of OpenAI and ours hear the same text, stream and usage from the server', async () => {
  const client = new OpenAI({ baseURL: server.openAiUrl, apiKey: 'sk-secret', maxRetries: 0 });
  const messages = [{ role: 'user' as const, content: 'What is the capital?' }];
  const whole = await client.chat.completions.create({ model: 'small', messages });
  const stream = await client.chat.completions.create({
    model: 'small',
    messages,
    stream: true,
    stream_options: { include_usage: true },
  });
  let streamed = '';
  let usage: OpenAI.CompletionUsage | null | undefined;
  for await (const chunk of stream) {
    streamed += chunk.choices[0]?.delta.content ?? '';
    usage = chunk.usage ?? usage;
  }
  const sink = new Sink();
  const written = await writer('openai').write(TOLD, NEVER, sink);
  assert.equal(whole.choices[0]?.message.content, written.text);
  assert.equal(streamed, written.text);
  assert.equal(sink.text, written.text);
  assert.ok(sink.writes > 2);
  assert.equal(written.usage.inputTokens, usage?.prompt_tokens);
  assert.equal(written.usage.outputTokens, usage?.completion_tokens);
  assert.equal(written.usage.costMicros, 90);
});

test('the official client of OpenAI and ours are given the same vectors, and ours are of length one', async () => {
  const client = new OpenAI({ baseURL: server.openAiUrl, apiKey: 'sk-secret', maxRetries: 0 });
  const input = ['first', 'second', 'third', 'fourth'];
  const { data } = await client.embeddings.create({ model: 'embed-small', input });
  const vectors = await embedder('openai').embed(input, NEVER);
  assert.equal(vectors.length, 4);
  vectors.forEach((vector, index) => {
    const theirs = data[index]?.embedding ?? [];
    const length = Math.hypot(...theirs);
    theirs.forEach((value, at) => assert.ok(Math.abs(value / length - (vector[at] ?? 9)) < 1e-6));
    assert.ok(Math.abs(Math.hypot(...vector) - 1) < 1e-6);
  });
});

test('what we send to an OpenAI-compatible server has instructions and material apart, and asks for usage', async () => {
  await writer('openai').write(TOLD, NEVER, new Sink());
  const [heard] = server.heard;
  assert.deepEqual(heard?.body['messages'], [
    { role: 'system', content: TOLD.instructions },
    { role: 'user', content: TOLD.material },
  ]);
  assert.deepEqual(heard?.body['stream_options'], { include_usage: true });
  assert.equal(heard?.body['temperature'], 0);
  assert.equal(heard?.body['max_tokens'], 100);
  assert.equal(heard?.headers.authorization, 'Bearer sk-secret');
});

test('Gemini writes, streams and counts', async () => {
  const sink = new Sink();
  const written = await writer('google').write(TOLD, NEVER, sink);
  assert.deepEqual(
    [written.text, sink.text, written.end],
    ['Paris is the capital [1].', 'Paris is the capital [1].', 'complete'],
  );
  assert.deepEqual(written.usage, { inputTokens: 100, outputTokens: 20, costMicros: 90 });
  const [heard] = server.heard;
  assert.equal(heard?.path, '/v1beta/models/small:streamGenerateContent');
  assert.equal(heard?.headers['x-goog-api-key'], 'sk-secret');
  assert.deepEqual(heard?.body['systemInstruction'], { parts: [{ text: TOLD.instructions }] });
});

test('Gemini embeds one text and many, and is told what they are for', async () => {
  const model = embedder('google', 16);
  const [question] = await model.embed(['Where is it?'], NEVER, { purpose: 'question' });
  const passages = await model.embed(['a', 'b', 'c', 'd'], NEVER);
  assert.equal(question?.length, 16);
  assert.equal(passages.length, 4);
  const [single, batch] = server.heard;
  assert.equal(single?.body['taskType'], 'RETRIEVAL_QUERY');
  const requests = batch?.body['requests'] as { taskType: string; outputDimensionality: number }[];
  assert.deepEqual(
    requests.map(({ taskType, outputDimensionality }) => [taskType, outputDimensionality]),
    Array.from({ length: 3 }, () => ['RETRIEVAL_DOCUMENT', 16]),
  );
  assert.equal(model.name, 'google:embed-small@16');
});

test('a text that a limit cut short says so, and so does one that a filter withheld', async () => {
  for (const provider of ['openai', 'google'] as const) {
    server.finishReason = 'length';
    assert.equal((await writer(provider).write(TOLD, NEVER, new Sink())).end, 'length');
    server.finishReason = 'content_filter';
    assert.equal((await writer(provider).write(TOLD, NEVER, new Sink())).end, 'withheld');
  }
});

test('words that a model wants before questions and passages are set there, and stand in its name', async () => {
  const model = new AiSdkEmbedder({
    ...settings('openai'),
    model: 'embed-small',
    dimensions: null,
    textsPerRequest: 100,
    price: 0.5,
    questionPrefix: 'query: ',
    passagePrefix: 'passage: ',
  });
  await model.embed(['x'], NEVER, { purpose: 'question' });
  await model.embed(['x'], NEVER);
  assert.deepEqual(
    server.heard.map(({ body }) => body['input']),
    [['query: x'], ['passage: x']],
  );
  assert.equal(model.name, 'openai:embed-small ["query: ","passage: "]');
});
