import { NumberInput, SegmentedControl, Switch } from '@mantine/core';
import type { ProjectDetail } from '#sdk/index.ts';
import { fullCount } from '../../text/counts.ts';
import { Panel } from '../../ui/panel.tsx';
import type { Draft } from './draft.ts';
import type { FieldsProps } from './generator-fields.tsx';
import classes from './project-page.module.css';

const POLICIES = [
  { value: 'wait', label: 'Wait for the new one' },
  { value: 'serve', label: 'Show the old one, marked' },
];

/** What becomes of answers that the documents or their time have overtaken. */
export function FreshnessFields({
  draft,
  effective,
  onChange,
}: FieldsProps & { readonly effective: ProjectDetail['effective'] }) {
  const { tokensPerDay, tokensSpent } = effective.rewarm;
  return (
    <Panel title="Keeping warm">
      <div className={classes['fields']}>
        <div>
          <div className={classes['label']} id="stale-label">
            When somebody asks for an answer that is out of date
          </div>
          <SegmentedControl
            aria-labelledby="stale-label"
            data={POLICIES}
            value={draft.stale}
            onChange={(stale) => onChange({ ...draft, stale: stale as Draft['stale'] })}
          />
          <p className={classes['hint']}>In either case it is made again at once.</p>
        </div>
        <NumberInput
          label="Tokens in 24 hours for what is made again by itself"
          description={`Before anybody asks; 0: nothing is; empty: as the server has it. ${fullCount(tokensSpent)} were spent in the last 24 hours`}
          placeholder={String(tokensPerDay)}
          min={0}
          allowDecimal={false}
          thousandSeparator=" "
          value={draft.rewarmTokens}
          onChange={(rewarmTokens) => onChange({ ...draft, rewarmTokens })}
        />
        <Switch
          label="Warm popular misses too"
          description="Questions that were asked again and again while no answer was kept"
          checked={draft.warmsMisses}
          onChange={(event) => onChange({ ...draft, warmsMisses: event.currentTarget.checked })}
        />
      </div>
    </Panel>
  );
}
