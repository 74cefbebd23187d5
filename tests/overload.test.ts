import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ModelServer } from './support/model-server.ts';
import { startServerProcess, temporaryFolder } from './support/server.ts';

/** The short form of bench/overload.ts: counts, not times. */
test(
  'of more cold asks than can be made so many are let in as are made, the rest is told when to come again, and nothing is lost',
  { timeout: 240_000 },
  async () => {
    const folder = temporaryFolder();
    await using model = await ModelServer.open();
    const gate = Promise.withResolvers<void>();
    model.beforePiece = () => gate.promise;
    const server = await startServerProcess(folder.path, {
      PREHEAT_GENERATOR: 'openai:small',
      PREHEAT_GENERATOR_URL: model.openAiUrl,
      PREHEAT_GENERATOR_CONCURRENCY: '4',
      PREHEAT_ASK_WAIT_SECONDS: '0',
    });
    const ask = async (question: string, path = '/api/v1/ask', body: object = { question }) => {
      const init = {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      };
      const response = await fetch(server.url + path, init);
      const { code, error } = (await response.json()) as { code?: string; error?: { code: string } };
      return {
        status: response.status,
        code: code ?? error?.code,
        retryAfter: response.headers.get('retry-after'),
      };
    };
    try {
      const { client } = server;
      const content = '# Numbers\n\nEvery number is described in the book of numbers.\n';
      await client.batches.wait((await client.documents.upload([{ name: 'numbers.md', content }])).id);

      const asking = Array.from({ length: 40 }, (_, at) => ask(`What is said of number ${at}?`));
      let refused = 0;
      const settled = asking.map((each) =>
        each.then((reply) => void (refused += Number(reply.status === 429))),
      );
      while (refused < 32) await new Promise((resolve) => setImmediate(resolve));

      // What is not made anew is not refused, nor is what waits in the queue.
      const inside = await Promise.all([
        fetch(`${server.url}/health/live`),
        fetch(`${server.url}/api/v1/stats`),
      ]);
      assert.deepEqual(
        inside.map(({ status }) => status),
        [200, 200],
      );
      const { id: asked } = (await client.asks.start('What is said of number 99?')) as { id: string };
      const batch = await client.batches.submit({
        workload: 'answers',
        items: ['What is said of number 98?'],
      });
      const messages = [{ role: 'user', content: 'What is said of number 97?' }];
      const other = await ask('', '/v1/chat/completions', { model: 'preheat', messages });
      assert.deepEqual([other.status, other.code], [429, 'too_busy']);

      gate.resolve();
      await Promise.all(settled);
      const replies = await Promise.all(asking);
      assert.equal(replies.filter(({ status }) => status === 200).length, 8);
      for (const { status, code, retryAfter } of replies.filter((reply) => reply.status !== 200))
        assert.deepEqual([status, code, Number(retryAfter) >= 1], [429, 'too_busy', true]);
      assert.equal((await client.batches.wait(batch.id))?.counts.completed, 1);
      assert.equal((await client.asks.get(asked, { waitSeconds: 30 })).status, 'completed');
      // Whoever comes again is served.
      for (let at = 0; at < 40; at += 1)
        assert.equal((await ask(`What is said of number ${at}?`)).status, 200);
    } finally {
      gate.resolve();
      await server.stop('SIGKILL');
      folder.remove();
    }
  },
);
