import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { streamText } from 'ai';

const preheat = createOpenAICompatible({
  name: 'preheat',
  baseURL: `${process.env['PREHEAT_URL'] ?? 'http://127.0.0.1:7400'}/v1`,
  apiKey: process.env['PREHEAT_API_KEY'] ?? 'none',
});

const { textStream, response } = streamText({
  model: preheat('preheat'),
  prompt: 'Can I bring the dog to work?',
});
for await (const part of textStream) process.stdout.write(part);
const { headers } = await response;
console.log(`\ncache: ${headers?.['x-preheat-cache']}`);
