import { PreheatClient } from '@preheat/sdk';

const preheat = new PreheatClient({
  baseUrl: process.env['PREHEAT_URL'] ?? 'http://127.0.0.1:7400',
  apiKey: process.env['PREHEAT_API_KEY'],
});

const files = [
  { name: 'tea.md', content: '# Tea\n\nThe kettle of the north wing is descaled on the first Monday of a month.\n' },
  { name: 'bikes.txt', content: 'Bicycles are kept in the cellar of the east wing, behind the blue door.\n' },
];

// Each file is an item of one batch: read, cut into passages, made searchable.
const batch = await preheat.documents.upload(files, { tags: ['example'] });
const ended = await preheat.batches.wait(batch.id);
console.log(`${ended?.counts.completed ?? 0} read, ${ended?.counts.skipped ?? 0} known before`);

// Passages as retrieval sees them, without a model.
const { items } = await preheat.documents.search('in which cellar are bicycles kept');
console.log(`best passage: ${items[0]?.document}`);

const { answer, citations } = await preheat.ask('When is the kettle descaled?');
console.log(answer);
for (const { number, document, quote } of citations) console.log(`[${number}] ${document}: ${quote}`);
