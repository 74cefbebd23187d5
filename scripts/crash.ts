import { parseArgs } from 'node:util';
import { surviveCrashes } from '../tests/support/crashes.ts';

/** The long form of the crash test: `node scripts/crash.ts --kills 200`. */
const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    items: { type: 'string', default: '2000' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
  },
});
process.stdout.write(`seed ${values.seed}\n`);
await surviveCrashes({
  seed: Number(values.seed),
  items: Number(values.items),
  kills: Number(values.kills),
  log: (line) => process.stdout.write(`${line}\n`),
});
process.stdout.write('Every item once, counts right, file sound.\n');
