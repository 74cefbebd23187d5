import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { SEALED_KINDS } from '#ports/store/seals.ts';
import type { SealChange, SealedKind, SealedRows, SealKey, SealPass, SealStore } from '#ports/store/seals.ts';
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
import type { Remote } from './remote.ts';

const numbered = (sql: string): string => sql.replaceAll(/\$(\d)/g, '?$1');

export function sealWrites(db: DatabaseSync) {
  const note = db.prepare(numbered(NOTE_KEY));
  const forget = db.prepare(numbered(FORGET_OTHERS));
  const begin = db.prepare(numbered(BEGIN_PASS));
  const advance = db.prepare(numbered(ADVANCE_PASS));
  const updates = byKind(db, updateSealed);
  return {
    noteKey({ name, proof, since }: SealKey): void {
      note.run(name, proof, since);
    },
    forgetOthers(name: string | null): void {
      forget.run(name ?? '');
    },
    replace(kind: SealedKind, changes: readonly SealChange[]): number {
      const update = updates.get(kind) as StatementSync;
      let replaced = 0;
      for (const { row, values } of changes)
        replaced += Number(update.run(...values, ...row.id, ...row.values).changes);
      return replaced;
    },
    beginPass({ key, startedAt }: Pick<SealPass, 'key' | 'startedAt'>, total: number): void {
      begin.run(key, total, startedAt);
    },
    advancePass(pass: SealPass): boolean {
      return advance.run(...passValues(pass)).changes === 1;
    },
  };
}

export function sealScans(db: DatabaseSync) {
  const selects = byKind(db, selectSealed);
  const count = db.prepare(COUNT_SEALED);
  return {
    rows(kind: SealedKind, cursor: string | null, limit: number): SealedRows {
      const select = selects.get(kind) as StatementSync;
      return toSealedRows(kind, select.all(...afterOf(kind, cursor), limit), limit);
    },
    count(): number {
      return count.get()?.['total'] as number;
    },
  };
}

export function sqliteSeals(
  db: DatabaseSync,
  writes: Remote<typeof sealWrites>,
  scans: Remote<typeof sealScans>,
): SealStore {
  const keys = db.prepare(SEAL_KEYS);
  const pass = db.prepare(SEAL_PASS);
  return {
    keys: async () => keys.all().map(toSealKey),
    noteKey: writes.noteKey,
    forgetOthers: writes.forgetOthers,
    rows: scans.rows,
    replace: writes.replace,
    pass: async () => toSealPass(pass.get()),
    beginPass: async (begun) => writes.beginPass(begun, await scans.count()),
    advancePass: writes.advancePass,
  };
}

function byKind(db: DatabaseSync, sql: (kind: SealedKind) => string): ReadonlyMap<SealedKind, StatementSync> {
  return new Map(SEALED_KINDS.map((kind) => [kind, db.prepare(numbered(sql(kind)))]));
}
