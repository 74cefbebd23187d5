import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { PreheatError } from '#sdk/index.ts';
import type { PreheatClient, UploadFile } from '#sdk/index.ts';

const EXAMPLES = new URL('../../../examples/', import.meta.url);

/** The sample handbook as files. */
function handbook(): UploadFile[] {
  const folder = new URL('handbook/', EXAMPLES);
  return readdirSync(folder).map((name) => ({
    name,
    content: new Blob([readFileSync(new URL(name, folder))]),
  }));
}

/** The handbook indexed. */
export async function loadHandbook(client: PreheatClient): Promise<void> {
  const { id } = await client.documents.upload(handbook(), { name: 'Sample handbook' });
  await client.batches.wait(id);
}

/** The handbook indexed and its questions warm; @returns the id of their batch */
export async function loadExamples(client: PreheatClient): Promise<string> {
  await loadHandbook(client);
  const questions = {
    name: 'questions.txt',
    content: readFileSync(new URL('questions.txt', EXAMPLES), 'utf8'),
  };
  const { id } = await client.batches.upload([questions], { workload: 'answers' });
  await client.batches.wait(id);
  return id;
}

/** A document that no retry can read; @returns the id of its batch, in which it is a dead letter */
export async function loadBrokenDocument(client: PreheatClient, name = 'broken.pdf'): Promise<string> {
  const { id } = await client.documents.upload([{ name, content: '%PDF-1.4\nthis is no PDF' }]);
  await client.batches.wait(id);
  return id;
}

/** Questions that people asked of the cache and did not get, some of them often. */
export async function loadMisses(client: PreheatClient): Promise<void> {
  const missed = [
    'Is there a canteen?',
    'Who orders new chairs?',
    'May I park a boat in front of the office?',
    'Do we have a canteen?',
  ];
  for (const [index, question] of missed.entries()) {
    for (let times = 0; times < 4 - index; times += 1) {
      await client.ask({ question, cache: 'only' }).catch((error: unknown) => {
        if (!(error instanceof PreheatError && error.code === 'not_cached')) throw error;
      });
    }
  }
  // The two about the canteen are put together in a moment.
  while ((await client.misses.list({ text: 'canteen' })).items.length !== 1) await setTimeout(100);
}

/** Questions that nobody has asked before. */
export function questions(count: number, about = 'holiday'): string[] {
  return Array.from({ length: count }, (_, index) => `How much ${about} has colleague number ${index + 1}?`);
}
