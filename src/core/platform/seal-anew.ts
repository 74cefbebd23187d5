import { Fault } from '#domain/fault.ts';
import type { Clock, Log } from '#ports/log.ts';
import { SEALED_KINDS } from '#ports/store/seals.ts';
import type { SealedKind, SealedRow, SealKey, SealPass } from '#ports/store/seals.ts';
import type { Sealer } from '#ports/sealer.ts';
import type { Store } from '#ports/store/store.ts';
import { resealWebhooks } from './manage-webhooks.ts';

export interface SealAnewDeps {
  readonly store: Pick<Store, 'seals' | 'webhooks'>;
  readonly sealer: Sealer;
  /** The values of a row as they would be kept now; null: that is how they are kept. */
  readonly recast: (kind: SealedKind, row: SealedRow) => SealedRow['values'] | null;
  readonly clock: Clock;
  readonly log: Log;
}

export interface SealingState {
  /** Name of the key that seals; null: none does. */
  readonly key: string | null;
  /** Keys that something may still be sealed with. */
  readonly keys: readonly Pick<SealKey, 'name' | 'since'>[];
  /** null: there was none. */
  readonly pass: SealPass | null;
}

/** Rows that are looked at in one step: opening and sealing them takes some milliseconds. */
const STEP = 500;

/**
 * Goes through everything that is kept, and seals it with the newest key; or lays it open, when there is none any more. It
 * stands in the store how far that is, so that another process goes on. What changes meanwhile is left to whoever
 * changed it: that is sealed with the newest key already.
 */
export class SealAnew {
  readonly #deps: SealAnewDeps;

  constructor(deps: SealAnewDeps) {
    this.#deps = deps;
  }

  async state(): Promise<SealingState> {
    const { store, sealer } = this.#deps;
    const [keys, pass] = await Promise.all([store.seals.keys(), store.seals.pass()]);
    return { key: sealer.newest, keys: keys.map(({ name, since }) => ({ name, since })), pass };
  }

  /** From the first row on, whatever pass is under way. */
  async begin(): Promise<SealingState> {
    await this.#begin();
    return this.state();
  }

  /** A pass where the newest key is another than that of the last one. */
  async beginIfDue(): Promise<void> {
    const { store, sealer } = this.#deps;
    const pass = await store.seals.pass();
    const isDue = pass === null ? sealer.newest !== null : pass.key !== sealer.newest;
    if (isDue) await this.#begin();
  }

  /** Does the pass that is under way, if there is one, until it is over or `isStopping`. */
  async run(isStopping: () => boolean): Promise<void> {
    let pass = await this.#deps.store.seals.pass();
    while (pass !== null && pass.endedAt === null && pass.key === this.#deps.sealer.newest && !isStopping())
      pass = await this.#step(pass);
  }

  async #begin(): Promise<void> {
    const { store, sealer, clock, log } = this.#deps;
    await store.seals.beginPass({ key: sealer.newest, startedAt: clock() });
    log('info', 'sealing_anew', { key: sealer.newest ?? 'none' });
  }

  /** null: somebody began another pass. */
  async #step(pass: SealPass): Promise<SealPass | null> {
    const { store } = this.#deps;
    const { kind } = pass;
    const { rows, next } = await store.seals.rows(kind, pass.cursor, STEP);
    const changes = rows.flatMap((row) => {
      const values = this.#recast(kind, row);
      return values === null ? [] : [{ row, values }];
    });
    const sealed = changes.length === 0 ? 0 : await store.seals.replace(kind, changes);
    const counted = { ...pass, looked: pass.looked + rows.length, sealed: pass.sealed + sealed };
    const nextKind = SEALED_KINDS[SEALED_KINDS.indexOf(kind) + 1];
    if (next === null && nextKind === undefined) return this.#end(counted);
    const further = next === null ? { kind: nextKind as SealedKind, cursor: null } : { cursor: next };
    const advanced: SealPass = { ...counted, ...further };
    return (await store.seals.advancePass(advanced)) ? advanced : null;
  }

  /** A row that does not open was changed or moved on the disk: no key helps, and the others do not wait for it. */
  #recast(kind: SealedKind, row: SealedRow): SealedRow['values'] | null {
    try {
      return this.#deps.recast(kind, row);
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'seal_broken') throw error;
      this.#deps.log('warn', 'seal_broken', { kind, id: row.id.join(' '), project: row.projectId });
      return null;
    }
  }

  async #end(pass: SealPass): Promise<SealPass | null> {
    const { store, sealer, clock, log } = this.#deps;
    const sealed = pass.sealed + (await resealWebhooks({ store, sealer }));
    const ended: SealPass = { ...pass, sealed, cursor: null, endedAt: clock() };
    if (!(await store.seals.advancePass(ended))) return null;
    await store.seals.forgetOthers(sealer.newest);
    log('info', 'sealed_anew', { key: sealer.newest ?? 'none', looked: ended.looked, sealed });
    return ended;
  }
}
