import { workerData } from 'node:worker_threads';
import { AesSealer } from '#adapters/sealer/aes-gcm/aes-sealer.ts';
import type { SealerKeys } from '#adapters/sealer/aes-gcm/aes-sealer.ts';
import { findSealedAtHand } from '#adapters/store/sealed/find-sealed.ts';
import { serveScans } from '#adapters/store/sqlite/serve-scans.ts';
import type { Dress } from '#adapters/store/sqlite/serve-scans.ts';

serveScans(workerData.port, workerData.data, findingBy(workerData.given));

/** @param keys of what is sealed; null: nothing is, and the database can search by itself */
function findingBy(keys: SealerKeys | null = null): Dress {
  if (keys === null) return (scans) => scans;
  const sealer = new AesSealer(keys);
  return (scans) => {
    const { items, answers, misses } = findSealedAtHand(scans, sealer);
    return {
      ...scans,
      items: { ...scans.items, ...items },
      answers: { ...scans.answers, ...answers },
      misses: { ...scans.misses, ...misses },
    };
  };
}
