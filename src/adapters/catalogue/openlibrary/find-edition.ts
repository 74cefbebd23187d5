import type { CatalogueCall } from '#ports/catalogue.ts';
import type { Upstream } from '#ports/upstream.ts';
import { asObject, textOf } from './read-docs.ts';

const MOST_MERGES = 3;

/**
 * The work of which an ISBN is an edition: its key, such as `OL45804W`. For what the search does not tell, since it names
 * only so many ISBNs of a work, and learns of new ones late.
 *
 * @see https://openlibrary.org/dev/docs/api/books
 */
export async function findWorkOfIsbn(
  upstream: Upstream,
  isbn: string,
  call: CatalogueCall,
): Promise<string | null> {
  let path = `/isbn/${isbn}.json`;
  for (let hop = 0; hop <= MOST_MERGES; hop += 1) {
    const { status, value } = await upstream.get(path, { ...call, answers: [404] });
    if (status === 404) return null;
    const edition = asObject(value);
    if (textOf(asObject(edition['type'])['key']) !== '/type/redirect') return workOf(edition);
    const moved = textOf(edition['location']) ?? '';
    if (!/^\/books\/OL\d+M$/.test(moved)) return null;
    path = `${moved}.json`;
  }
  return null;
}

function workOf({ works }: Readonly<Record<string, unknown>>): string | null {
  const [first] = Array.isArray(works) ? works : [];
  return /^\/works\/(OL\d+W)$/.exec(textOf(asObject(first)['key']) ?? '')?.[1] ?? null;
}
