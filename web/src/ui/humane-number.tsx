import { fullCount, shortCount } from '../text/counts.ts';

/** "12.4K", with all digits on hover. */
export function HumaneNumber({ value }: { readonly value: number }) {
  const short = shortCount(value);
  const full = fullCount(value);
  return short === full ? <span>{full}</span> : <span title={full}>{short}</span>;
}
