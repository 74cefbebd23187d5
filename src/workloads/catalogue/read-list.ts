import type { FileRow, IncomingFile } from '#ports/workload.ts';
import { writePayload, priorityOf } from './author-payload.ts';
import { mappingNeeded, scanList } from './scan-list.ts';
import type { CatalogueOptions } from './options.ts';
import { payloadFor } from './roster.ts';

const GROUP = 2_000;

/**
 * The authors of a list of books, as items. They come when the whole list was read, since an author's books stand
 * anywhere in it; of the list itself nothing is kept.
 *
 * @throws Fault refused `mapping_needed`; and what `scanList` throws
 */
export async function* readList(
  file: IncomingFile,
  options: CatalogueOptions,
): AsyncGenerator<readonly FileRow[]> {
  const scan = await scanList(file, options.mapping);
  if (scan.needsMapping) throw mappingNeeded(file.name, scan);
  const rows = scan.authors.map((listed): FileRow => {
    const payload = payloadFor(listed, options);
    return {
      line: listed.line,
      read: { ok: { payload: writePayload(payload), sameness: listed.key, priority: priorityOf(payload) } },
    };
  });
  for (let from = 0; from < rows.length; from += GROUP) yield rows.slice(from, from + GROUP);
}
