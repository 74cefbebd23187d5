import OpenAI from 'openai';

// Nothing but the base URL is another. On a server without keys any text is one.
const openai = new OpenAI({
  baseURL: `${process.env['PREHEAT_URL'] ?? 'http://127.0.0.1:7400'}/v1`,
  apiKey: process.env['PREHEAT_API_KEY'] ?? 'none',
});

const messages = [{ role: 'user' as const, content: 'Can I bring the dog to work?' }];

// `preheat` answers out of the project's documents; other models are passed through to the upstream.
const { data, response } = await openai.chat.completions.create({ model: 'preheat', messages }).withResponse();
console.log(data.choices[0]?.message.content);
console.log(`cache: ${response.headers.get('x-preheat-cache')}`);

const stream = await openai.chat.completions.create({ model: 'preheat', messages, stream: true });
let text = '';
for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
console.log(`streamed alike: ${text === data.choices[0]?.message.content}`);
