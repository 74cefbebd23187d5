const WHOLE = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** `1,234`. */
export function showNumber(count: number): string {
  return WHOLE.format(count);
}

/** `1 question`, `3 questions`. */
export function counted(count: number, thing: string, things = `${thing}s`): string {
  return `${showNumber(count)} ${count === 1 ? thing : things}`;
}

/** `12.4/s`, `80,000/s`, and `0.3/s` when it goes slowly. */
export function showRate(perSecond: number): string {
  return perSecond < 100 ? `${perSecond.toFixed(1)}/s` : `${showNumber(perSecond)}/s`;
}
