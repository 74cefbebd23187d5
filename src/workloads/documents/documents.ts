import type { Json, JsonObject } from '#domain/json.ts';
import type { NewWork, Readable, Workload } from '#ports/workload.ts';
import { fileOf, payloadOf } from './file.ts';
import { ingest } from './ingest.ts';
import type { DocumentDeps } from './ingest.ts';

/** Files become searchable passages, each visible as a whole or not at all. */
export function documentsWorkload(deps: DocumentDeps): Workload {
  return {
    name: 'documents',
    takesOnlyReceived: true,
    readOptions,
    readEntry,
    readFile: null,
    describe: ({ name }) => (typeof name === 'string' ? name : 'a file without a name'),
    run: (item, context) => ingest(deps, item, context),
  };
}

/** `refresh`: read again what is already there with the same content. */
function readOptions(options: JsonObject): Readable<JsonObject> {
  const refresh = options['refresh'] ?? false;
  if (typeof refresh === 'boolean') return { ok: { refresh } };
  return { problem: { field: 'options.refresh', message: 'refresh is true or false' } };
}

function readEntry(entry: Json): Readable<NewWork> {
  const file = fileOf(entry);
  if ('problem' in file) return file;
  const { name, sha256, bytes } = file.ok;
  // Empty files all have the same bytes: each fails for itself.
  return { ok: { payload: payloadOf(file.ok), sameness: bytes === 0 ? null : `${sha256} ${name}` } };
}
