import { NumberInput, TextInput } from '@mantine/core';
import type { ProjectDetail } from '#sdk/index.ts';
import { showRates } from '../../text/rates.ts';
import { Panel } from '../../ui/panel.tsx';
import type { Draft } from './draft.ts';
import type { FieldsProps } from './generator-fields.tsx';
import classes from './project-page.module.css';

const FIELDS = [
  { scope: 'project', field: 'projectRates', label: 'All together' },
  { scope: 'key', field: 'keyRates', label: 'Each key' },
  { scope: 'user', field: 'userRates', label: 'Each user' },
  { scope: 'ip', field: 'ipRates', label: 'Each address' },
] as const satisfies readonly {
  readonly scope: keyof ProjectDetail['effective']['rates'];
  readonly field: keyof Draft;
  readonly label: string;
}[];

/** How often whom may call. */
export function LimitFields({
  draft,
  effective,
  onChange,
}: FieldsProps & { readonly effective: ProjectDetail['effective'] }) {
  return (
    <Panel title="Limits">
      <div className={classes['fields']}>
        <div className={classes['pair']}>
          {FIELDS.map(({ scope, field, label }) => (
            <TextInput
              key={scope}
              label={label}
              placeholder={showRates(effective.rates[scope])}
              value={draft[field]}
              maxLength={300}
              onChange={(event) => onChange({ ...draft, [field]: event.currentTarget.value })}
            />
          ))}
        </div>
        <NumberInput
          label="Tokens in a day"
          description="That models may take for answers, until midnight UTC; 0: as many as are wanted; empty: as the server has it"
          placeholder={effective.tokens.perDay === null ? 'no limit' : String(effective.tokens.perDay)}
          min={0}
          allowDecimal={false}
          thousandSeparator=" "
          value={draft.tokensPerDay}
          onChange={(tokensPerDay) => onChange({ ...draft, tokensPerDay })}
        />
        <p className={classes['hint']}>
          Such as <code>600/minute, 20/second</code>; <code>off</code> is no limit, empty is as the server has
          it. A window begins on the clock; with <code>sliding</code> after it, anywhere. A key may have
          limits of its own.
        </p>
      </div>
    </Panel>
  );
}
