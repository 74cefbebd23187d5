import type { Figures } from '#domain/catalogue.ts';
import type { RecordTotals } from '#ports/store/records.ts';

export interface CatalogueStats {
  readonly records: RecordTotals;
  /** Over all runs and reads of the project. */
  readonly figures: Figures;
  readonly sources: readonly {
    readonly name: string;
    /** Why it cannot be asked; null when it can. */
    readonly refusal: string | null;
    /** Until when it is left alone; 0 when it is not. */
    readonly closedUntil: number;
  }[];
}
