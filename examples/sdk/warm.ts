import { PreheatClient } from '@preheat/sdk';

const preheat = new PreheatClient({
  baseUrl: process.env['PREHEAT_URL'] ?? 'http://127.0.0.1:7400',
  apiKey: process.env['PREHEAT_API_KEY'],
});

const batch = await preheat.batches.submit({
  workload: 'answers',
  name: 'Questions of new colleagues',
  items: ['Who founded the company?', 'Can I bring the dog to work?', { question: 'Where is the head office?' }],
});

// A snapshot at once, then one for each change; dropped connections and restarts are ridden out.
for await (const { event, processed, total, failed } of preheat.batches.watch(batch.id)) {
  console.log(`${event}: ${processed} of ${total}, ${failed} failed`);
}

// Everything in it, as it is read from the server: a million lines need no memory.
for await (const { status } of preheat.batches.resultLines(batch.id)) console.log(status);

const { cache } = await preheat.ask('Can I bring the dog to work?');
console.log(`asked again: ${cache.status}`);
