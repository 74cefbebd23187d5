/** A process that spends three quotas as fast as it can for a while, and prints when it was let in. */
import { RedisQuotas } from './redis-quotas.ts';
import type { Quota } from '#domain/quota.ts';

const [url = '', prefix = '', forMs = '0'] = process.argv.slice(2);
const quotaOf = (calls: number, isSliding = false): Quota => ({
  scope: 'project',
  subject: `project:${calls}`,
  calls,
  per: 'second',
  isSliding,
});
const wanted = { few: quotaOf(7), many: quotaOf(5_000), sliding: quotaOf(10, true) };
const arrivals = { few: [] as number[], many: [] as number[], sliding: [] as number[] };

// It stands still while calls are on their way: so each is counted at the time that is written down for it.
let now = Date.now();
const quotas = await RedisQuotas.open({ url, prefix, now: () => now, processes: () => 4 });
const spend = async (name: keyof typeof wanted): Promise<void> => {
  if ((await quotas.spend([wanted[name]])).isAllowed) arrivals[name].push(now);
};
const until = now + Number(forMs);
while (now < until) {
  await Promise.all([
    ...Array.from({ length: 16 }, () => spend('many')),
    spend('few'),
    spend('few'),
    spend('sliding'),
  ]);
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  now = Date.now();
}
await quotas.close();
process.stdout.write(JSON.stringify(arrivals));
