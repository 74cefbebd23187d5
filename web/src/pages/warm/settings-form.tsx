import { Select, SegmentedControl, Switch, TextInput } from '@mantine/core';
import classes from './settings-form.module.css';

export interface Settings {
  readonly name: string;
  readonly priority: number;
  readonly paceMs: number;
  readonly isRefresh: boolean;
}

export const NO_SETTINGS: Settings = { name: '', priority: 0, paceMs: 0, isRefresh: false };

const PRIORITIES = [
  { value: '-5', label: 'Low' },
  { value: '0', label: 'Normal' },
  { value: '5', label: 'High' },
];

const PACES = [
  { value: '0', label: 'As fast as it can' },
  { value: '250', label: 'Four a second' },
  { value: '1000', label: 'One a second' },
  { value: '5000', label: 'One each 5 seconds' },
  { value: '60000', label: 'One a minute' },
];

export interface SettingsFormProps {
  readonly value: Settings;
  readonly onChange: (settings: Settings) => void;
}

/** How a batch is to run; all of it may be left alone. */
export function SettingsForm({ value, onChange }: SettingsFormProps) {
  return (
    <div className={classes['root']}>
      <TextInput
        label="Name"
        placeholder="Optional, to find it again"
        maxLength={200}
        value={value.name}
        onChange={(event) => onChange({ ...value, name: event.currentTarget.value })}
      />
      <div>
        <div className={classes['label']} id="priority-label">
          Priority
        </div>
        <SegmentedControl
          fullWidth
          size="sm"
          aria-labelledby="priority-label"
          data={PRIORITIES}
          value={String(value.priority)}
          onChange={(priority) => onChange({ ...value, priority: Number(priority) })}
        />
      </div>
      <Select
        label="Pace"
        data={PACES}
        value={String(value.paceMs)}
        onChange={(paceMs) => onChange({ ...value, paceMs: Number(paceMs ?? 0) })}
        allowDeselect={false}
        comboboxProps={{ withinPortal: true }}
      />
      <Switch
        label="Make every answer anew"
        description="Otherwise what is still warm is skipped"
        checked={value.isRefresh}
        onChange={(event) => onChange({ ...value, isRefresh: event.currentTarget.checked })}
      />
    </div>
  );
}
