import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { backUp } from '#main/backup/back-up.ts';
import { readConfig } from '#main/config.ts';
import type { RunningServer } from '#main/start.ts';
import { startServer } from '#main/start.ts';
import { PreheatClient } from '#sdk/index.ts';
import { runProgram } from './support/program.ts';
import { temporaryFolder } from './support/server.ts';

const QUESTION = 'How many days of flamingo leave are there in a year?';
const DOCUMENT = { name: 'leave.md', content: '# Leave\n\nThere are 25 days of flamingo leave in a year.\n' };
/** Of a question, of items, and of what was answered. */
const WORDS = [/flamingo leave are there/i, /pelican holidays/i, /flamingo leave in a year\. \[1\]/i];

test(
  'what is kept is unreadable without the key, a changed key seals it anew, and off lays it open',
  { timeout: 120_000 },
  async () => {
    const [data, backups] = [temporaryFolder(), temporaryFolder()];
    const [old, fresh] = [randomBytes(32).toString('base64'), randomBytes(32).toString('hex')];
    const settings = (key: string) =>
      readConfig({
        PREHEAT_DATA: data.path,
        PREHEAT_PORT: '0',
        PREHEAT_REWARM_TOKENS_PER_DAY: '0',
        PREHEAT_ENCRYPTION_KEY: key,
      });
    const start = async (key: string): Promise<Started> => {
      const server = await startServer(settings(key), { log: () => undefined });
      return { ...server, client: new PreheatClient({ baseUrl: server.url }) };
    };
    let server: Started | null = await start('');
    const startAgain = async (key: string): Promise<Started> => {
      await server?.stop();
      server = null;
      server = await start(key);
      return server;
    };
    try {
      // From before there was a key.
      const { client } = server;
      await client.batches.wait((await client.documents.upload([DOCUMENT])).id);
      const { answer } = await client.ask(QUESTION);
      assert.match(readable(data.path), WORDS[0] as RegExp);

      const sealed = await startAgain(old);
      await everythingIsSealed(sealed);
      const items = ['Who takes pelican holidays?', 'When are pelican holidays?'];
      const batch = await sealed.client.batches.submit({ workload: 'answers', items });
      await sealed.client.batches.wait(batch.id);
      const warm = await sealed.client.ask(QUESTION);
      assert.deepEqual([warm.cache.status, warm.answer], ['hit', answer]);
      const found = await sealed.client.batches.items(batch.id, { text: 'WHO takes pelican' });
      assert.equal(found.items.length, 1);
      const to = join(backups.path, 'one');
      const { manifest } = await backUp(settings(old), to);
      assert.deepEqual(manifest.encryptedWith, [(await sealed.client.system.encryption()).key]);
      await sealed.stop();
      server = null;
      for (const folder of [data.path, to])
        for (const words of WORDS) assert.doesNotMatch(readable(folder), words, folder);

      await assert.rejects(start(''), {
        code: 'encryption_key_missing',
        message: /the key [0-9a-f]{8}, and/,
      });
      await assert.rejects(start(fresh), { code: 'encryption_key_missing' });

      const file = join(backups.path, 'keys');
      writeFileSync(file, `${fresh}\n${old}\n`);
      await everythingIsSealed(await startAgain(`file:${file}`));
      const rotated = await startAgain(fresh);
      assert.equal((await rotated.client.ask(QUESTION)).cache.status, 'hit');
      const shown = await runProgram(['encryption', 'reseal', '--wait', '--url', rotated.url]);
      assert.equal(shown.code, 0, shown.err);
      assert.match(shown.out, /The key [0-9a-f]{8} encrypts\.\nEverything is sealed with/);

      await everythingIsSealed(await startAgain(`off,${fresh}`));
      const open = await startAgain('');
      assert.equal((await open.client.ask(QUESTION)).answer, answer);
    } finally {
      await server?.stop();
      data.remove();
      backups.remove();
    }
  },
);

interface Started extends RunningServer {
  readonly client: PreheatClient;
}

async function everythingIsSealed({ client }: Started): Promise<void> {
  for (;;) {
    const { key, keys, pass } = await client.system.encryption();
    const isDone = pass !== null && pass.isOver && pass.key === key;
    if (isDone && keys.length === (key === null ? 0 : 1)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The store as whoever finds the disk reads it. */
function readable(folder: string): string {
  const files = readdirSync(folder).filter((name) => /^preheat\.db(-wal)?$/.test(name));
  return files.map((name) => readFileSync(join(folder, name), 'latin1')).join('\n');
}
