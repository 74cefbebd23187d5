import type { SealStore } from '#ports/store/seals.ts';
import {
  ADVANCE_PASS,
  afterOf,
  BEGIN_PASS,
  COUNT_SEALED,
  FORGET_OTHERS,
  NOTE_KEY,
  passValues,
  SEAL_KEYS,
  SEAL_PASS,
  selectSealed,
  toSealedRows,
  toSealKey,
  toSealPass,
  updateSealed,
} from '../sql/sealed-rows.ts';
import type { Session } from './session.ts';

export function postgresSeals(session: Session, scans: Session): SealStore {
  return {
    keys: async () => (await session.all(SEAL_KEYS)).map(toSealKey),
    noteKey: async ({ name, proof, since }) => void (await session.run(NOTE_KEY, [name, proof, since])),
    forgetOthers: async (name) => void (await session.run(FORGET_OTHERS, [name ?? ''])),
    rows: async (kind, cursor, limit) =>
      toSealedRows(kind, await scans.all(selectSealed(kind), [...afterOf(kind, cursor), limit]), limit),
    replace: (kind, changes) =>
      session.transaction(async (tx) => {
        let replaced = 0;
        for (const { row, values } of changes)
          replaced += await tx.run(updateSealed(kind), [...values, ...row.id, ...row.values]);
        return replaced;
      }),
    pass: async () => toSealPass(await session.first(SEAL_PASS)),
    async beginPass({ key, startedAt }) {
      const total = (await scans.first(COUNT_SEALED))?.['total'] as number;
      await session.run(BEGIN_PASS, [key, total, startedAt]);
    },
    advancePass: async (pass) => (await session.run(ADVANCE_PASS, passValues(pass))) === 1,
  };
}
