import { Button, Select } from '@mantine/core';
import type { ListPreview } from '#sdk/index.ts';
import classes from './mapping-form.module.css';

export type Mapping = Readonly<Record<string, string | number | boolean>>;

const ROLES = [
  { role: 'author', label: 'Author' },
  { role: 'title', label: 'Title' },
  { role: 'isbn', label: 'ISBN' },
  { role: 'rating', label: 'My rating' },
] as const;

export interface MappingFormProps {
  readonly preview: ListPreview;
  /** null: nobody has confirmed the proposal yet. */
  readonly value: Mapping | null;
  readonly onChange: (mapping: Mapping) => void;
}

/** Which column is what, for tables that no exporter makes: a proposal to be confirmed. */
export function MappingForm({ preview, value, onChange }: MappingFormProps) {
  const mapping = (value ?? preview.mapping) as Mapping;
  const columns = preview.columns.map((name, at) => ({
    value: String(at + 1),
    label: name === '' ? `Column ${at + 1}` : name,
  }));
  const chosen = (role: string): string | null => {
    const column = mapping[role];
    if (typeof column === 'number') return String(column);
    const at = preview.columns.indexOf(String(column));
    return at === -1 ? null : String(at + 1);
  };
  const set = (role: string, column: string | null) => {
    const { [role]: _old, ...others } = mapping;
    onChange(column === null ? others : { ...others, [role]: Number(column) });
  };
  return (
    <div className={classes['root']} role="group" aria-label="Which column is what">
      <p className={classes['lead']}>
        {value === null
          ? 'These columns are of no exporter that is known. Is this right?'
          : 'The columns, as you said.'}
      </p>
      <div className={classes['fields']}>
        {ROLES.map(({ role, label }) => (
          <Select
            key={role}
            label={label}
            data={columns}
            value={chosen(role)}
            clearable={role !== 'author'}
            onChange={(column) => set(role, column)}
          />
        ))}
      </div>
      {value === null && (
        <Button variant="default" onClick={() => onChange(mapping)}>
          That is right
        </Button>
      )}
    </div>
  );
}
