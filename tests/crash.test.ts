import { test } from 'node:test';
import { surviveCrashes } from './support/crashes.ts';
import { seeds } from './support/random.ts';

for (const seed of seeds(1)) {
  test(
    `killed 12 times in a batch of 2,000, it does every item once (PREHEAT_TEST_SEED=${seed})`,
    { timeout: 300_000 },
    async () => {
      await surviveCrashes({ seed, items: 2_000, kills: 12 });
    },
  );
}
