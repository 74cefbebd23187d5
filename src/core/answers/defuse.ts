/** How much of an unfinished link or tag is waited for. */
const MAX_HELD = 400;

/**
 * Up to where a text that is still being written can be judged: whole words, and no link or tag that is still open.
 */
export function settledEnd(text: string): number {
  const words = LAST_WORD.exec(text);
  if (words === null) return text.length > MAX_HELD ? text.length : 0;
  const end = words.index + 1;
  const open = openingBefore(text, end);
  return open === null || end - open > MAX_HELD ? end : open;
}

/** Links are written in ASCII: what is not, such as a Chinese sentence, is whole after each letter. */
const LAST_WORD = /[\s\u0080-\uffff][\u0021-\u007f]*$/;

/** Where a bracket or a tag begins that does not end before `end`. */
function openingBefore(text: string, end: number): number | null {
  const from = Math.max(0, end - 2 * MAX_HELD);
  const near = text.slice(from, end);
  const first = [openBracket(near), openTag(near)].filter((at) => at !== null);
  return first.length === 0 ? null : from + Math.min(...first);
}

/** A bracket that is followed by an address ends with that. */
function openBracket(text: string): number | null {
  const open: number[] = [];
  for (const { 0: sign, index } of text.matchAll(/\[|\](?!\()|\]\([^)]*\)/g)) {
    if (sign === '[') open.push(index);
    else open.pop();
  }
  return open[0] ?? null;
}

function openTag(text: string): number | null {
  const at = text.search(/<[a-z/!][^<>]*$/i);
  return at === -1 ? null : at;
}

const LINK = /!?\[([^[\]]*)\]\((?:[^()\s]|\([^()\s]*\))*(?:\s+(?:"[^"]*"|'[^']*'))?\s*\)/g;
const TAG = /<!--[\s\S]*?-->|<\/?[a-z][^<>]*>/gi;
const AUTOLINK = /<((?:https?|ftp|mailto):[^\s<>]+)>/gi;
const ADDRESS = /(?:(?:https?|ftp):\/\/|www\.)[^\s<>()[\]"'`]*/gi;

/**
 * A text without what a reader's program would fetch or make clickable: links become their words, images their
 * descriptions, tags nothing, and addresses stay only where the documents have them.
 */
export function withoutMarkup(text: string, isKnown: (address: string) => boolean): string {
  const plain = text
    .replace(LINK, wordsOfLink)
    .replace(LINK, wordsOfLink)
    .replace(AUTOLINK, '$1')
    .replace(TAG, '');
  return plain.replace(ADDRESS, (address) => {
    const bare = address.replace(/[.,;:!?*_]+$/, '');
    return isKnown(bare) ? address : `(link removed)${address.slice(bare.length)}`;
  });
}

/** A citation that was made a link stays a citation. */
function wordsOfLink(_link: string, words: string): string {
  return /^\d{1,4}$/.test(words) ? `[${words}]` : words;
}

/**
 * The last guard, over all that goes out whatever came before: `](` makes a link or an image, `]:` a definition that
 * others refer to, `<a` a tag. A space between takes the meaning away.
 *
 * @param before what stands in front of the text already
 */
export function apart(text: string, before: string): string {
  const isJoined = OPENING.test(before.slice(-1) + text.slice(0, 1));
  return (isJoined ? ` ${text}` : text).replace(OPENINGS, '$1 ');
}

const OPENING = /\][(:]|<[a-z/!?]/i;
const OPENINGS = /(\](?=[(:])|<(?=[a-z/!?]))/gi;
