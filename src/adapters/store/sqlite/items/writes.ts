import type { DatabaseSync } from 'node:sqlite';
import { claimItems } from './claim.ts';
import { settleItems } from './settle.ts';
import { releaseItems, steerItem } from './steer.ts';

export function itemWrites(db: DatabaseSync) {
  return { claim: claimItems(db), settle: settleItems(db), release: releaseItems(db), steer: steerItem(db) };
}
