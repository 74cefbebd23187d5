export const MOST_TAGS = 20;
export const MAX_TAG_LENGTH = 60;

/** Tags as they are kept: trimmed, each once, in order of their letters. Null when they are too many or too long. */
export function tidyTags(tags: readonly string[]): string[] | null {
  const tidy = tags
    .map((tag) => tag.normalize('NFC').replace(/\s+/g, ' ').trim())
    .filter((tag) => tag !== '');
  const unique = [...new Set(tidy)].toSorted();
  const isGood =
    unique.length <= MOST_TAGS && unique.every((tag) => tag.length <= MAX_TAG_LENGTH && !/\p{Cc}/u.test(tag));
  return isGood ? unique : null;
}
