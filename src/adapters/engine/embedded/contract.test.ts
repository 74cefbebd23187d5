import { engineContract } from '#ports/engine.contract.ts';
import { EmbeddedEngine } from './embedded-engine.ts';

engineContract('embedded', async (t, books, hands) => {
  const engine = new EmbeddedEngine({
    items: { ...books.items, release: books.release },
    hands,
    clock: Date.now,
    log: () => undefined,
    workerId: () => 1,
    pollMs: 1_000,
  });
  t.after(() => engine.close());
  return engine;
});
