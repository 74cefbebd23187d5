import { sql } from 'kysely';
import type { CompiledQuery, Kysely, RawBuilder } from 'kysely';
import { itemId } from '#domain/ids.ts';
import type { ItemFilter } from '#ports/store/items.ts';
import type { BatchFilter } from '#ports/store/batches.ts';
import type { Tables } from './tables.ts';

/** Ids of a project's batches that match, newest first; `before` is where the last page ended. */
export function matchingBatches(
  db: Kysely<Tables>,
  projectId: number,
  filter: BatchFilter,
  page: { readonly before: number | null; readonly limit: number },
): CompiledQuery {
  let query = db
    .selectFrom('batches')
    .select(['id', 'metadata'])
    .where('project_id', '=', projectId)
    // The literal predicate of the partial index `batches_of_project`.
    .where(sql<boolean>`status not in ('receiving', 'deleting', 'deleted')`)
    .orderBy('id', 'desc')
    .limit(page.limit);
  if (page.before !== null) query = query.where('id', '<', page.before);
  query =
    filter.requestId === undefined
      ? query.where('source_kind', '!=', 'ask')
      : query.where('request_id', '=', filter.requestId);
  if (filter.status !== undefined) query = query.where('status', '=', filter.status);
  if (filter.workload !== undefined) query = query.where('workload', '=', filter.workload);
  if (filter.source !== undefined) query = query.where('source_kind', '=', filter.source);
  if (filter.text !== undefined) {
    query = query.where(containsText(filter.text, 'name', 'source_detail'));
  }
  return query.compile();
}

/** Ids of a batch's items that match, within a window of ids, by position. */
export function matchingItems(
  db: Kysely<Tables>,
  filter: ItemFilter & { readonly batchId: number },
  window: { readonly after: number; readonly upTo: number; readonly limit: number },
): CompiledQuery {
  let query = db
    .selectFrom('items')
    .selectAll()
    .where('batch_id', '=', filter.batchId)
    .where('id', '>', window.after)
    .where('id', '<=', window.upTo)
    .orderBy('id')
    .limit(window.limit);
  if (filter.fromSeq !== undefined) query = query.where('id', '>=', itemId(filter.batchId, filter.fromSeq));
  if (filter.status !== undefined) query = query.where('status', '=', filter.status);
  if (filter.depth !== undefined) query = query.where('depth', '=', filter.depth);
  if (filter.errorCode !== undefined) query = query.where('error_code', '=', filter.errorCode);
  if (filter.text !== undefined) {
    query = query.where(containsText(filter.text, 'payload', 'error_message'));
  }
  return query.compile();
}

/** True where either column holds the text, any case; the text's own `%`, `_` and `\\` stand for themselves. */
function containsText(text: string, first: string, second: string): RawBuilder<boolean> {
  const like = likePattern(text);
  const holds = (column: string): RawBuilder<boolean> =>
    sql`lower(${sql.ref(column)}) like lower(${like}) escape '\\'`;
  return sql<boolean>`(${holds(first)} or ${holds(second)})`;
}

/** For `like ? escape '\\'`. */
export function likePattern(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`;
}

/** True when the metadata, as JSON text, holds every wanted pair. */
export function hasAll(metadata: string, wanted: readonly (readonly [string, string])[]): boolean {
  if (wanted.length === 0) return true;
  const has = JSON.parse(metadata) as Record<string, unknown>;
  return wanted.every(([key, value]) => {
    const found = has[key];
    return typeof found === 'string'
      ? found === value
      : found !== undefined && JSON.stringify(found) === value;
  });
}
