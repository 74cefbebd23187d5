import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { PreheatClient } from '#sdk/index.ts';
import { TONGUES } from './support/many-tongues.ts';
import { startServerProcess, temporaryFolder } from './support/server.ts';

/** Built-in models and no others: one server, with a page in each language. */
const folder = temporaryFolder();
const server = await startServerProcess(folder.path);
after(async () => {
  await server.stop();
  folder.remove();
});

for (const { language, text, asked } of TONGUES) {
  test(`a page in ${language} is found by what people ask, and quoted`, async () => {
    const name = language.toLowerCase();
    await server.client.projects.create(name);
    const client = new PreheatClient({ baseUrl: server.url, project: name });
    const { id } = await client.documents.upload([{ name: `${name}.txt`, content: text.join('\n\n') }]);
    const batch = await client.batches.wait(id);
    assert.equal(batch?.counts.completed, 1);
    for (const [question, answer] of asked) {
      const { found, answer: said } = await client.ask(question);
      assert.equal(found, answer !== null, `${question}: ${said}`);
      if (answer !== null) assert.ok(said.includes(answer), `${question}: ${said}`);
    }
  });
}
