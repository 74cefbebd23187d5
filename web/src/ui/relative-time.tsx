import { formatExact, formatRelative } from '../text/times.ts';
import { useNow } from './clock.ts';

/** "3 min ago", with the exact time on hover. */
export function RelativeTime({ at }: { readonly at: string }) {
  const now = useNow();
  const time = Date.parse(at);
  // Clocks differ a little: what has just happened is not "in 2 s".
  const shown = time > now && time - now < 10_000 ? now : time;
  return (
    <time dateTime={at} title={formatExact(time)}>
      {formatRelative(shown, now)}
    </time>
  );
}
