import { NumberInput } from '@mantine/core';
import type { ProjectDetail } from '#sdk/index.ts';
import { Panel } from '../../ui/panel.tsx';
import type { Draft } from './draft.ts';
import type { FieldsProps } from './generator-fields.tsx';
import classes from './project-page.module.css';

type Caps = ProjectDetail['effective']['caps'];

const MIB = 2 ** 20;

const FIELDS = [
  { field: 'capPending', label: 'Items that wait', inForce: ({ pending }: Caps) => pending },
  { field: 'capConcurrency', label: 'Items at once', inForce: ({ concurrency }: Caps) => concurrency },
  {
    field: 'capCachedMib',
    label: 'Cached answers, MiB',
    inForce: ({ cachedBytes }: Caps) => (cachedBytes === null ? null : cachedBytes / MIB),
  },
  { field: 'capDocuments', label: 'Documents', inForce: ({ documents }: Caps) => documents },
] as const satisfies readonly {
  readonly field: keyof Draft;
  readonly label: string;
  readonly inForce: (caps: Caps) => number | null;
}[];

/** How much the project may hold. */
export function CapFields({
  draft,
  effective,
  onChange,
}: FieldsProps & { readonly effective: ProjectDetail['effective'] }) {
  return (
    <Panel title="Room">
      <div className={classes['fields']}>
        <div className={classes['pair']}>
          {FIELDS.map(({ field, label, inForce }) => (
            <NumberInput
              key={field}
              label={label}
              placeholder={inForce(effective.caps)?.toLocaleString() ?? 'any number'}
              min={0}
              thousandSeparator=" "
              value={draft[field]}
              onChange={(value) => onChange({ ...draft, [field]: value })}
            />
          ))}
        </div>
        <p className={classes['hint']}>
          0 is any amount, empty is as the server has it. Beyond its room for answers the project loses those
          that were used longest ago, and no other project loses any.
        </p>
      </div>
    </Panel>
  );
}
