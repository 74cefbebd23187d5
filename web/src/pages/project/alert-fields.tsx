import { NumberInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ProjectDetail } from '#sdk/index.ts';
import { useClient } from '../../app/client.tsx';
import { useMay } from '../../data/may.ts';
import { Panel } from '../../ui/panel.tsx';
import type { Draft } from './draft.ts';
import type { FieldsProps } from './generator-fields.tsx';
import classes from './project-page.module.css';

type Alerts = ProjectDetail['effective']['alerts'];

const FIELDS = [
  {
    field: 'alertDeadLetters',
    label: 'Dead letters, more than',
    of: ({ deadLetters }: Alerts) => deadLetters,
  },
  { field: 'alertBacklog', label: 'Items waiting a minute, more than', of: ({ backlog }: Alerts) => backlog },
  {
    field: 'alertHitPercent',
    label: 'Hit rate while warming, under %',
    of: ({ hitPercent }: Alerts) => hitPercent,
  },
  {
    field: 'alertBudgetPercent',
    label: 'Budget spent, more than %',
    of: ({ budgetPercent }: Alerts) => budgetPercent,
  },
] as const satisfies readonly {
  readonly field: keyof Draft;
  readonly label: string;
  readonly of: (alerts: Alerts) => number;
}[];

/** When somebody is told, and who. */
export function AlertFields({
  draft,
  effective,
  onChange,
}: FieldsProps & { readonly effective: ProjectDetail['effective'] }) {
  return (
    <Panel title="Alerts">
      <div className={classes['fields']}>
        <div className={classes['pair']}>
          {FIELDS.map(({ field, label, of }) => (
            <NumberInput
              key={field}
              label={label}
              placeholder={of(effective.alerts).toLocaleString()}
              min={0}
              max={field.endsWith('Percent') ? 100 : 1e9}
              allowDecimal={false}
              thousandSeparator=" "
              value={draft[field]}
              onChange={(value) => onChange({ ...draft, [field]: value })}
            />
          ))}
        </div>
        <p className={classes['hint']}>
          Empty is as the server has it. <Targets />
        </p>
      </div>
    </Panel>
  );
}

/** Webhooks and mail addresses that want alerts; only who may see webhooks is told. */
function Targets() {
  const client = useClient();
  const maySee = useMay('admin');
  const { data } = useQuery({
    queryKey: ['webhooks', 'of alerts'],
    queryFn: ({ signal }) => client.webhooks.list({ limit: 100 }, { signal }),
    enabled: maySee,
  });
  if (data === undefined) return null;
  const told = data.items.filter(({ isOn, events }) => isOn && events.includes('alert.raised'));
  return (
    <>
      {told.length === 0
        ? 'Besides the log and this page nobody is told'
        : `Told are ${told.map(({ name }) => name).join(', ')}`}
      : <Link to="/keys/webhooks">webhooks and mail addresses</Link> choose the event “alert.raised”.
    </>
  );
}
