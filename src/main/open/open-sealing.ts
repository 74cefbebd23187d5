import { AesSealer } from '#adapters/sealer/aes-gcm/aes-sealer.ts';
import { sealStore } from '#adapters/store/sealed/sealed-store.ts';
import { Fault } from '#domain/fault.ts';
import type { Clock } from '#ports/log.ts';
import type { Sealer } from '#ports/sealer.ts';
import type { Store } from '#ports/store/store.ts';
import type { Config } from '../config.ts';
import type { KeptStore } from './kept-store.ts';

export interface OpenSealing {
  readonly store: Store;
  readonly sealer: Sealer;
}

const PROOF = 'proof of a key';

/**
 * The store with its words sealed by the keys of `PREHEAT_ENCRYPTION_KEY`; without any, the store as it is.
 *
 * @throws Fault refused `encryption_key_missing`, `encryption_key_wrong`: the store holds what these keys cannot open
 */
export async function openSealing(kept: KeptStore, config: Config, clock: Clock): Promise<OpenSealing> {
  const { store, findsSealed: finds } = kept;
  const sealer = new AesSealer(config.PREHEAT_ENCRYPTION_KEY);
  const noted = await store.seals.keys();
  for (const { name, proof } of noted) {
    if (!sealer.names.includes(name)) throw keyMissing(name, sealer);
    if (!opens(sealer, proof)) throw keyWrong(name);
  }
  const { newest } = sealer;
  if (newest !== null && !noted.some(({ name }) => name === newest))
    await store.seals.noteKey({ name: newest, proof: sealer.seal(PROOF, PROOF), since: clock() });
  return { store: sealer.names.length === 0 ? store : sealStore(store, sealer, { finds }), sealer };
}

function opens(sealer: Sealer, proof: string): boolean {
  try {
    return sealer.open(proof, PROOF) === PROOF;
  } catch {
    return false;
  }
}

function keyMissing(name: string, { names }: Sealer): Fault {
  const given =
    names.length === 0
      ? 'PREHEAT_ENCRYPTION_KEY is not set'
      : `PREHEAT_ENCRYPTION_KEY holds ${names.join(', ')}`;
  return new Fault(
    'refused',
    'encryption_key_missing',
    `What is kept was encrypted with the key ${name}, and ${given}: set it to that key, or put that key behind the new one with a comma between. Nothing was started. To encrypt no more, set it to off, a comma and the key.`,
  );
}

function keyWrong(name: string): Fault {
  return new Fault(
    'refused',
    'encryption_key_wrong',
    `The key ${name} of PREHEAT_ENCRYPTION_KEY does not open what was encrypted under that name: set the key that did, or restore a backup. Nothing was started.`,
  );
}
