import type { EmbedSpending } from '#ports/model.ts';
import type { KeptFile } from './file.ts';

/** A file of an item, on its way to being a version. */
export interface IncomingVersion extends KeptFile {
  readonly projectId: number;
  readonly itemId: number;
  readonly spending: EmbedSpending;
}
