import type { AuthorDetails, CatalogueCall } from '#ports/catalogue.ts';
import type { Upstream } from '#ports/upstream.ts';
import { asObject, textOf, textsOf } from './read-docs.ts';

const MOST_MERGES = 3;
const MOST_BIO_CHARACTERS = 4_000;

/** What Open Library says of an author. An author that was merged into another points there, and is followed. */
export async function describeAuthor(
  upstream: Upstream,
  key: string,
  call: CatalogueCall,
): Promise<AuthorDetails | null> {
  let at = key;
  for (let hop = 0; hop <= MOST_MERGES; hop += 1) {
    if (!/^OL\d+A$/.test(at)) return null;
    const { status, value } = await upstream.get(`/authors/${at}.json`, { ...call, answers: [404] });
    if (status === 404) return null;
    const author = asObject(value);
    if (textOf(asObject(author['type'])['key']) !== '/type/redirect') return toDetails(author);
    at = (textOf(author['location']) ?? '').replace('/authors/', '');
  }
  return null;
}

function toDetails(author: Readonly<Record<string, unknown>>): AuthorDetails | null {
  const name = textOf(author['name']) ?? textOf(author['personal_name']);
  if (name === null) return null;
  const photo = Array.isArray(author['photos'])
    ? author['photos'].find((id): id is number => typeof id === 'number' && id > 0)
    : undefined;
  const remote = Object.entries(asObject(author['remote_ids'])).flatMap(([site, id]) =>
    typeof id === 'string' ? [[site, id] as const] : [],
  );
  return {
    name,
    alternateNames: textsOf(author['alternate_names']).slice(0, 50),
    born: textOf(author['birth_date']),
    died: textOf(author['death_date']),
    bio: bioOf(author['bio']),
    photoUrl: photo === undefined ? null : `https://covers.openlibrary.org/a/id/${photo}-M.jpg`,
    remoteKeys: Object.fromEntries(remote),
  };
}

/** A text, or `{type, value}`. */
function bioOf(bio: unknown): string | null {
  const text = textOf(bio) ?? textOf(asObject(bio)['value']);
  return text === null ? null : text.slice(0, MOST_BIO_CHARACTERS);
}
