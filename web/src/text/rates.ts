/** Limits of calls as they are typed: empty leaves the choice to others, `off` is no limit. */
export function readRates(text: string): string[] | null {
  const plain = text.trim();
  if (plain === '') return null;
  if (plain === 'off') return [];
  return plain.split(',').map((rate) => rate.trim().replaceAll(/\s*\/\s*/g, '/'));
}

export function showRates(rates: readonly string[] | null): string {
  if (rates === null) return '';
  return rates.length === 0 ? 'off' : rates.join(', ');
}
