const MOST_CHARACTERS = 300;

/** Errors of parsers and databases quote what they choked on, which somebody wrote: what is quoted goes. */
const QUOTED = /"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.){2,}'|`[^`]*`?|“[^”]*”?|«[^»]*»?/gsu;
/** A URL may carry a password, a key in its query, or a name in its path: its host is enough. */
const ADDRESS = /\b([a-z][a-z0-9+.-]*:\/\/)(?:[^\s/@]*@)?([^\s/?#)]*)[^\s)]*/gi;
/** What looks like a key: long, and of letters with digits. */
const KEY = /\b(?=[\w-]*\d)(?=[\w-]*[a-z])[\w-]{20,}\b/gi;

/** The message of an error without what it quotes and what looks like a secret. */
export function scrub(message: string): string {
  return message
    .slice(0, 4 * MOST_CHARACTERS)
    .replaceAll(ADDRESS, '$1$2')
    .replaceAll(QUOTED, '[struck out]')
    .replaceAll(KEY, '[struck out]')
    .slice(0, MOST_CHARACTERS);
}
