const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A span of time as people say it: `2.1 ms`, `840 ms`, `3.4 s`, `4 min 5 s`, `2 h 10 min`, `3 d 4 h`. */
export function showDuration(ms: number): string {
  if (ms < 10) return `${Math.max(0, ms).toFixed(1)} ms`;
  if (ms < SECOND) return `${Math.round(ms)} ms`;
  if (ms < 10 * SECOND) return `${(Math.floor(ms / 100) / 10).toFixed(1)} s`;
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)} s`;
  if (ms < HOUR) return parts(ms, [MINUTE, 'min'], [SECOND, 's']);
  return ms < DAY ? parts(ms, [HOUR, 'h'], [MINUTE, 'min']) : parts(ms, [DAY, 'd'], [HOUR, 'h']);
}

/** How long ago: `just now`, `3 min ago`. */
export function showAge(seconds: number): string {
  if (seconds < 5) return 'just now';
  const ms = seconds * SECOND;
  if (ms < MINUTE) return `${Math.floor(seconds)} s ago`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min ago`;
  return ms < DAY ? `${Math.floor(ms / HOUR)} h ago` : `${Math.floor(ms / DAY)} d ago`;
}

type Unit = readonly [size: number, name: string];

function parts(ms: number, [large, largeName]: Unit, [small, smallName]: Unit): string {
  const many = Math.floor(ms / large);
  const rest = Math.floor((ms % large) / small);
  return rest === 0 ? `${many} ${largeName}` : `${many} ${largeName} ${rest} ${smallName}`;
}
