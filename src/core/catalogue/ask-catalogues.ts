import { Fault } from '#domain/fault.ts';
import type { Catalogue } from '#ports/catalogue.ts';
import type { Clock } from '#ports/log.ts';

export interface Told<T> {
  readonly source: string;
  readonly value: T;
}

/** Every catalogue is being left alone: nothing was asked. */
export class CataloguesClosed extends Fault {
  readonly waitMs: number;

  constructor(waitMs: number, why: string) {
    super('limited', 'sources_closed', why, { retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1_000)) });
    this.waitMs = waitMs;
  }
}

/**
 * Asks one catalogue after the other until one knows. One that is down, or left alone for a while, is passed over.
 *
 * @param ask null when the catalogue does not know, or cannot be asked this
 * @returns null when those that answered do not know
 * @throws CataloguesClosed when none could be asked; the Fault of the first that failed when none answered
 */
export async function askCatalogues<T>(
  catalogues: readonly Catalogue[],
  clock: Clock,
  ask: (catalogue: Catalogue) => Promise<T | null>,
): Promise<Told<T> | null> {
  const usable = catalogues.filter((catalogue) => catalogue.refusal === null);
  if (usable.length === 0) throw refused(catalogues);
  const waits: number[] = [];
  const failures: Fault[] = [];
  let isAnswered = false;
  for (const catalogue of usable) {
    const waitMs = catalogue.closedUntil() - clock();
    if (waitMs > 0) {
      waits.push(waitMs);
      continue;
    }
    const asked = await attempt(() => ask(catalogue));
    if ('value' in asked && asked.value !== null) return { source: catalogue.name, value: asked.value };
    if ('value' in asked) isAnswered = true;
    else if (asked.fault.kind === 'limited') waits.push((asked.fault.retryAfterSeconds ?? 1) * 1_000);
    else failures.push(asked.fault);
  }
  if (isAnswered) return null;
  if (failures[0] !== undefined) throw failures[0];
  const names = usable.map((catalogue) => catalogue.name).join(', ');
  throw new CataloguesClosed(Math.min(...waits), `No source answers for the moment (${names}).`);
}

/** What is no more than this source's trouble comes back as a value; whatever else is thrown goes on. */
async function attempt<T>(ask: () => Promise<T>): Promise<{ value: T } | { fault: Fault }> {
  try {
    return { value: await ask() };
  } catch (error) {
    if (error instanceof Fault && (error.kind === 'limited' || error.kind === 'unavailable'))
      return { fault: error };
    throw error;
  }
}

/** The catalogues of these names, in this order; all of them when none is named. */
export function chooseCatalogues(all: readonly Catalogue[], names: readonly string[]): readonly Catalogue[] {
  if (names.length === 0) return all;
  return names.flatMap((name) => all.filter((catalogue) => catalogue.name === name));
}

function refused(catalogues: readonly Catalogue[]): Fault {
  const reasons = catalogues.map((catalogue) => catalogue.refusal).join('; ');
  const why = reasons === '' ? 'None is set up: see docs/configuration.md' : reasons;
  return new Fault('refused', 'no_source', `No catalogue can be asked. ${why}.`);
}
