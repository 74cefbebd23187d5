import { Select } from '@mantine/core';
import { Panel } from '../../ui/panel.tsx';
import type { Draft } from './draft.ts';
import type { FieldsProps } from './generator-fields.tsx';
import classes from './project-page.module.css';

const PRESETS = [
  { value: 'server', label: 'As the server does it: normal' },
  { value: 'gentle', label: 'Gentle: one each two seconds, one level, 500 calls' },
  { value: 'normal', label: 'Normal: five at once, two levels, 10,000 calls' },
  { value: 'eager', label: 'Eager: ten at once, three levels, no limit of calls' },
];

/** How lists of books run where nobody says otherwise. */
export function CatalogueFields({ draft, onChange }: FieldsProps) {
  return (
    <Panel title="Lists of books">
      <div className={classes['fields']}>
        <Select
          label="How hard authors are warmed"
          description="A batch may choose another way"
          data={PRESETS}
          value={draft.preset}
          allowDeselect={false}
          onChange={(preset) => onChange({ ...draft, preset: (preset ?? 'server') as Draft['preset'] })}
        />
      </div>
    </Panel>
  );
}
