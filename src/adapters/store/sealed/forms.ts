import type { Citation } from '#domain/answer.ts';
import type { Json, JsonObject } from '#domain/json.ts';
import type { Sealer } from '#ports/sealer.ts';

/** How something is kept sealed, in the shape that it has where it is not: the store beneath need not know. */
export interface Form<T> {
  seal(sealer: Sealer, plain: T, about: string): T;
  open(sealer: Sealer, kept: T, about: string): T;
  isCurrent(sealer: Sealer, kept: T): boolean;
}

export const WORDS: Form<string> = {
  seal: (sealer, plain, about) => sealer.seal(plain, about),
  open: (sealer, kept, about) => (sealer.isSealed(kept) ? sealer.open(kept, about) : kept),
  isCurrent: (sealer, kept) => isAsNow(sealer, sealedIn(sealer, kept)),
};

/**
 * One member, `sealed`, in place of all. The digest of a file that an item needs stays beside it: by that the store knows
 * which uploaded files it has to keep.
 */
export const OBJECT: Form<JsonObject> = {
  seal(sealer, plain, about) {
    if (sealer.newest === null) return plain;
    const sealed = sealer.seal(JSON.stringify(plain), about);
    return typeof plain['sha256'] === 'string' ? { sealed, sha256: plain['sha256'] } : { sealed };
  },
  open(sealer, kept, about) {
    const sealed = sealedIn(sealer, kept['sealed']);
    return sealed === null ? kept : (JSON.parse(sealer.open(sealed, about)) as JsonObject);
  },
  isCurrent: (sealer, kept) => isAsNow(sealer, sealedIn(sealer, kept['sealed'])),
};

/** All of it in the first of as many: how many there are is no secret, and read without opening them. */
export const LIST: Form<readonly Json[]> = {
  seal(sealer, plain, about) {
    if (sealer.newest === null || plain.length === 0) return plain;
    const rest = Array.from({ length: plain.length - 1 }, () => null);
    return [{ sealed: sealer.seal(JSON.stringify(plain), about) }, ...rest];
  },
  open(sealer, kept, about) {
    const sealed = sealedIn(sealer, memberOf(kept[0]));
    return sealed === null ? kept : (JSON.parse(sealer.open(sealed, about)) as Json[]);
  },
  isCurrent: (sealer, kept) => kept.length === 0 || isAsNow(sealer, sealedIn(sealer, memberOf(kept[0]))),
};

/** What they quote, and of what, in the first one's quote; which documents and chunks those are the store has to know. */
export const CITATIONS: Form<readonly Citation[]> = {
  seal(sealer, plain, about) {
    if (sealer.newest === null || plain.length === 0) return plain;
    const words = plain.map(({ document, headings, quote }) => [document, headings, quote]);
    const sealed = sealer.seal(JSON.stringify(words), about);
    return plain.map((citation, i) => ({
      ...citation,
      document: '',
      headings: [],
      quote: i === 0 ? sealed : '',
    }));
  },
  open(sealer, kept, about) {
    const sealed = sealedIn(sealer, kept[0]?.quote);
    if (sealed === null) return kept;
    const words = JSON.parse(sealer.open(sealed, about)) as [string, readonly string[], string][];
    return kept.map((citation, i) => {
      const [document, headings, quote] = words[i] as (typeof words)[number];
      return { ...citation, document, headings, quote };
    });
  },
  isCurrent: (sealer, kept) => kept.length === 0 || isAsNow(sealer, sealedIn(sealer, kept[0]?.quote)),
};

function memberOf(value: Json | undefined): Json | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return (value as JsonObject)['sealed'];
}

function sealedIn(sealer: Sealer, value: unknown): string | null {
  return typeof value === 'string' && sealer.isSealed(value) ? value : null;
}

function isAsNow(sealer: Sealer, sealed: string | null): boolean {
  return sealed === null ? sealer.newest === null : sealer.isCurrent(sealed);
}
