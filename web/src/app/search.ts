/** Filters in the address bar: texts only, and only those a page knows. */
export type Search<N extends string> = { readonly [K in N]?: string };

/** Keeps the named texts of an address, and drops empty ones so that addresses stay short. */
export function searchOf<const N extends string>(
  ...names: readonly N[]
): (given: Record<string, unknown>) => Search<N> {
  return (given) => {
    const kept: { [K in N]?: string } = {};
    for (const name of names) {
      const value = given[name];
      if (typeof value === 'string' && value !== '') kept[name] = value;
    }
    return kept;
  };
}

/** Plain `?a=b` addresses, without the JSON quotes that the router puts by itself. */
export function parseSearch(text: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text));
}

export function stringifySearch(search: Record<string, unknown>): string {
  const pairs = Object.entries(search).filter(
    (pair): pair is [string, string] => typeof pair[1] === 'string',
  );
  const text = new URLSearchParams(pairs).toString();
  return text === '' ? '' : `?${text}`;
}
