import { NumberInput, SegmentedControl, TextInput } from '@mantine/core';
import type { ProjectDetail } from '#sdk/index.ts';
import { Panel } from '../../ui/panel.tsx';
import type { Draft } from './draft.ts';
import classes from './project-page.module.css';

const FALLBACKS = [
  { value: 'server', label: 'As the server' },
  { value: 'extractive', label: 'Quote the documents' },
  { value: 'none', label: 'Refuse' },
];

export interface FieldsProps {
  readonly draft: Draft;
  readonly onChange: (draft: Draft) => void;
}

/** Which model writes the answers, where it is, and what happens when it is down. */
export function GeneratorFields({
  draft,
  effective,
  onChange,
}: FieldsProps & { readonly effective: ProjectDetail['effective'] }) {
  return (
    <Panel title="Generator">
      <div className={classes['fields']}>
        <TextInput
          label="Model"
          description="extractive, openai:<model> or google:<model>; empty: as the server"
          placeholder={effective.generator}
          value={draft.model}
          maxLength={200}
          onChange={(event) => onChange({ ...draft, model: event.currentTarget.value })}
        />
        {draft.model.includes(':') && <Reach draft={draft} onChange={onChange} />}
        <div>
          <div className={classes['label']} id="fallback-label">
            When it is down
          </div>
          <SegmentedControl
            aria-labelledby="fallback-label"
            data={FALLBACKS}
            value={draft.fallback}
            onChange={(fallback) => onChange({ ...draft, fallback: fallback as Draft['fallback'] })}
          />
          <p className={classes['hint']}>
            An answer that is kept, though out of date, comes first in any case.
          </p>
        </div>
      </div>
    </Panel>
  );
}

function Reach({ draft, onChange }: FieldsProps) {
  return (
    <>
      <div className={classes['pair']}>
        <TextInput
          label="Address"
          description="Empty: the server's, or the provider's own"
          placeholder="http://127.0.0.1:11434/v1"
          value={draft.baseUrl}
          maxLength={500}
          onChange={(event) => onChange({ ...draft, baseUrl: event.currentTarget.value })}
        />
        <TextInput
          label="Key"
          description="Name of a setting of the server, never the key itself"
          placeholder="PREHEAT_MODEL_KEY_SUPPORT"
          value={draft.keyName}
          maxLength={60}
          onChange={(event) => onChange({ ...draft, keyName: event.currentTarget.value })}
        />
      </div>
      <div className={classes['pair']}>
        <NumberInput
          label="Price of reading"
          description="For a million tokens; empty: not counted"
          min={0}
          value={draft.inputPrice}
          onChange={(inputPrice) => onChange({ ...draft, inputPrice })}
        />
        <NumberInput
          label="Price of writing"
          description="For a million tokens"
          min={0}
          value={draft.outputPrice}
          onChange={(outputPrice) => onChange({ ...draft, outputPrice })}
        />
      </div>
    </>
  );
}
