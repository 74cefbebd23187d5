/** How often a schedule comes round, as a person chooses it. */
export type Rhythm =
  | { readonly kind: 'hourly'; readonly minute: number }
  | { readonly kind: 'daily' | 'weekdays'; readonly time: string }
  | { readonly kind: 'weekly'; readonly time: string; readonly day: number }
  | { readonly kind: 'cron'; readonly cron: string };

export const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;

/** Minute, hour or `*`, any day of any month, day of week. */
const SIMPLE = /^(\d{1,2})\s+(\d{1,2}|\*)\s+\*\s+\*\s+(\*|1-5|[0-6])$/;

/** The cron pattern of a rhythm. */
export function cronOf(rhythm: Rhythm): string {
  if (rhythm.kind === 'cron') return rhythm.cron.trim();
  if (rhythm.kind === 'hourly') return `${rhythm.minute} * * * *`;
  const [hour = '0', minute = '0'] = rhythm.time.split(':');
  const at = `${Number(minute)} ${Number(hour)}`;
  if (rhythm.kind === 'weekly') return `${at} * * ${rhythm.day}`;
  return `${at} * * ${rhythm.kind === 'daily' ? '*' : '1-5'}`;
}

/** The rhythm that a pattern stands for; a pattern that is none of the simple ones stands for itself. */
export function rhythmOf(cron: string): Rhythm {
  const custom = { kind: 'cron', cron } as const;
  const simple = SIMPLE.exec(cron.trim());
  if (simple === null) return custom;
  const [, minute = '', hour = '', weekday = ''] = simple;
  if (hour === '*') return weekday === '*' ? { kind: 'hourly', minute: Number(minute) } : custom;
  const time = `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`;
  if (weekday === '*') return { kind: 'daily', time };
  if (weekday === '1-5') return { kind: 'weekdays', time };
  return { kind: 'weekly', time, day: Number(weekday) };
}

/** "Every day at 03:00", "Mondays at 05:00"; else the pattern itself. */
export function tellRhythm(cron: string): string {
  const rhythm = rhythmOf(cron);
  switch (rhythm.kind) {
    case 'hourly':
      return rhythm.minute === 0 ? 'Every hour' : `Every hour, at ${rhythm.minute} min past`;
    case 'daily':
      return `Every day at ${rhythm.time}`;
    case 'weekdays':
      return `Monday to Friday at ${rhythm.time}`;
    case 'weekly':
      return `${DAYS[rhythm.day] ?? ''}s at ${rhythm.time}`;
    case 'cron':
      return rhythm.cron;
  }
}
