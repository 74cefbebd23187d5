import { parseArgs } from 'node:util';
import { surviveChaos } from '../tests/support/chaos.ts';

/** The long form of tests/chaos.test.ts: `node scripts/chaos.ts --items 20000`. It takes some minutes. */
const { values } = parseArgs({
  options: {
    items: { type: 'string', default: '20000' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
  },
});
process.stdout.write(`seed ${values.seed}\n`);
await surviveChaos({
  seed: Number(values.seed),
  items: Number(values.items),
  log: (line) => process.stdout.write(`${line}\n`),
});
