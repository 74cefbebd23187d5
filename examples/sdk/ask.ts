import { PreheatClient, PreheatError } from '@preheat/sdk';
import type { AskEvent } from '@preheat/sdk';

const preheat = new PreheatClient({
  baseUrl: process.env['PREHEAT_URL'] ?? 'http://127.0.0.1:7400',
  apiKey: process.env['PREHEAT_API_KEY'],
});

try {
  const signal = AbortSignal.timeout(60_000);
  for await (const event of preheat.asks.stream('Can I bring the dog to work?', { signal })) show(event);
} catch (error) {
  if (!(error instanceof PreheatError)) throw error;
  console.error(`${error.code}: ${error.message} (request ${error.requestId})`);
  process.exitCode = 1;
}

function show(event: AskEvent): void {
  if (event.event === 'delta') process.stdout.write(event.text);
  // What came so far is void: the answer was begun anew.
  if (event.event === 'restart') console.log('…');
  if (event.event !== 'answer') return;
  const { citations, cache } = event.asked;
  console.log(`\n(${cache.status})`);
  for (const { number, document, headings } of citations) {
    console.log(`[${number}] ${document}: ${headings.join(' › ')}`);
  }
}
