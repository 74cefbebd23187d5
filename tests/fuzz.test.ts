import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fuzz } from './support/fuzz/fuzz.ts';
import { seeded, seeds } from './support/random.ts';
import { startServerProcess, temporaryFolder } from './support/server.ts';

/** The short form of scripts/fuzz.ts. */
const REQUESTS = 500;

for (const seed of seeds(1)) {
  test(`whatever is sent to the operations of the API, none breaks (seed ${seed})`, async () => {
    const folder = temporaryFolder();
    const server = await startServerProcess(folder.path, {
      PREHEAT_ADMIN_KEY: 'key',
      PREHEAT_LOG_LEVEL: 'error',
    });
    try {
      const report = await fuzz({ url: server.url, key: 'key', random: seeded(seed), requests: REQUESTS });
      assert.deepEqual(report.findings, []);
      assert.ok(report.operations > 80, `${report.operations} operations`);
      const live = await fetch(`${server.url}/health/live`);
      assert.equal(live.status, 200);
    } finally {
      await server.stop('SIGKILL');
      folder.remove();
    }
  });
}
