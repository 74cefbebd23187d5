/**
 * Remembers what a pure function made of a text, up to so many of them; then begins anew. Words come back: in a
 * language few of them make up most of any text.
 */
export function memoized<T>(make: (text: string) => T, most: number): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const there = known.get(text);
    if (there !== undefined) return there;
    if (known.size >= most) known.clear();
    const own = copyOf(text);
    const made = make(own);
    known.set(own, made);
    return made;
  };
}

/** A word that was cut out of a text keeps the whole text in memory for as long as it is remembered. */
function copyOf(word: string): string {
  return Array.from({ length: word.length }, (_, i) => word.charAt(i)).join('');
}
