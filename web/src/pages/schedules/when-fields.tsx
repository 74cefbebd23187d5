import { Group, NumberInput, Select, TextInput } from '@mantine/core';
import { DAYS, rhythmOf, cronOf, type Rhythm } from '../../text/rhythms.ts';
import type { Draft } from './draft.ts';

const KINDS: readonly { readonly value: Rhythm['kind']; readonly label: string }[] = [
  { value: 'hourly', label: 'Every hour' },
  { value: 'daily', label: 'Every day' },
  { value: 'weekdays', label: 'Monday to Friday' },
  { value: 'weekly', label: 'Once a week' },
  { value: 'cron', label: 'By a cron pattern' },
];
const ZONES = Intl.supportedValuesOf('timeZone');

export interface WhenFieldsProps {
  readonly draft: Draft;
  readonly onChange: (changes: Partial<Draft>) => void;
}

/** How often, at what time, and by whose clocks. */
export function WhenFields({ draft, onChange }: WhenFieldsProps) {
  const { rhythm, timeZone } = draft;
  const set = (next: Rhythm) => onChange({ rhythm: next });
  return (
    <>
      <Group gap="md" align="flex-end" grow>
        <Select
          label="How often"
          data={KINDS}
          value={rhythm.kind}
          allowDeselect={false}
          onChange={(kind) => set(changeKind(rhythm, kind as Rhythm['kind']))}
        />
        <Details rhythm={rhythm} onChange={set} />
      </Group>
      <Select
        label="Time zone"
        data={ZONES.includes(timeZone) ? ZONES : [timeZone, ...ZONES]}
        value={timeZone}
        searchable
        allowDeselect={false}
        limit={100}
        onChange={(zone) => onChange({ timeZone: zone ?? timeZone })}
      />
    </>
  );
}

function Details({
  rhythm,
  onChange,
}: {
  readonly rhythm: Rhythm;
  readonly onChange: (next: Rhythm) => void;
}) {
  if (rhythm.kind === 'cron') {
    return (
      <TextInput
        label="Pattern"
        placeholder="0 3 * * 1-5"
        value={rhythm.cron}
        onChange={(event) => onChange({ kind: 'cron', cron: event.currentTarget.value })}
      />
    );
  }
  if (rhythm.kind === 'hourly') {
    return (
      <NumberInput
        label="Minutes past"
        min={0}
        max={59}
        allowDecimal={false}
        value={rhythm.minute}
        onChange={(minute) => onChange({ kind: 'hourly', minute: Number(minute) })}
      />
    );
  }
  return (
    <>
      {rhythm.kind === 'weekly' && (
        <Select
          label="Day"
          data={DAYS.map((label, day) => ({ value: String(day), label }))}
          value={String(rhythm.day)}
          allowDeselect={false}
          onChange={(day) => onChange({ ...rhythm, day: Number(day) })}
        />
      )}
      <TextInput
        label="At"
        type="time"
        value={rhythm.time}
        onChange={(event) => onChange({ ...rhythm, time: event.currentTarget.value })}
      />
    </>
  );
}

/** Another kind, with the time that was chosen before. */
function changeKind(before: Rhythm, kind: Rhythm['kind']): Rhythm {
  const time = 'time' in before ? before.time : '05:00';
  if (kind === 'cron') return { kind, cron: cronOf(before) };
  if (kind === 'hourly') return { kind, minute: 0 };
  if (kind === 'weekly') return { kind, time, day: 1 };
  return before.kind === 'cron' ? { ...keepTime(before.cron, time), kind } : { kind, time };
}

function keepTime(cron: string, time: string): { readonly time: string } {
  const read = rhythmOf(cron);
  return 'time' in read ? { time: read.time } : { time };
}
