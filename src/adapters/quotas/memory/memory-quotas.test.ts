import { quotasContract } from '#ports/quotas.contract.ts';
import { MemoryQuotas } from './memory-quotas.ts';

quotasContract('MemoryQuotas', async (now) => new MemoryQuotas(now));
