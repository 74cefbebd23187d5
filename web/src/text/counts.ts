const FULL = new Intl.NumberFormat('en');
const COMPACT = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

/** 1234567 → "1,234,567" */
export function fullCount(count: number): string {
  return FULL.format(count);
}

/** Full up to 9,999, then "12.4K". */
export function shortCount(count: number): string {
  return Math.abs(count) < 10_000 ? FULL.format(count) : COMPACT.format(count);
}

/** "1 item", "2 items" */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${fullCount(count)} ${count === 1 ? one : many}`;
}

/** 0.1234 → "12 %"; small shares are not rounded to nothing, and large ones not to all. */
export function percent(share: number): string {
  const value = share * 100;
  if (value > 0 && value < 1) return '<1%';
  if (value > 99 && value < 100) return `${(Math.floor(value * 10) / 10).toFixed(1)}%`;
  return `${Math.round(value)}%`;
}

export function formatRate(perSecond: number): string {
  if (perSecond >= 10) return `${shortCount(Math.round(perSecond))}/s`;
  if (perSecond >= 1) return `${perSecond.toFixed(1)}/s`;
  return `${(perSecond * 60).toFixed(perSecond * 60 >= 10 ? 0 : 1)}/min`;
}

export function formatBytes(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1_000).toFixed(bytes < 10_000 ? 1 : 0)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
