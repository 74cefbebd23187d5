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
    const made = make(text);
    known.set(text, made);
    return made;
  };
}
