import { Textarea } from '@mantine/core';
import { Panel } from '../../ui/panel.tsx';
import type { FieldsProps } from './generator-fields.tsx';
import classes from './project-page.module.css';

const MOST = 8_000;

/** What a language model is told, from the general to the special. */
export function PromptFields({ draft, builtIn, onChange }: FieldsProps & { readonly builtIn: string }) {
  return (
    <Panel title="Prompts">
      <div className={classes['fields']}>
        <Textarea
          label="How to answer"
          description="Empty: Preheat's own words, shown here"
          placeholder={builtIn}
          value={draft.product}
          maxLength={MOST}
          autosize
          minRows={3}
          maxRows={14}
          onChange={(event) => onChange({ ...draft, product: event.currentTarget.value })}
        />
        <Textarea
          label="About this project"
          description="Who reads the answers, in which tone, what the documents are"
          placeholder="Readers are nurses on the ward. Use the names of the forms."
          value={draft.project}
          maxLength={MOST}
          autosize
          minRows={2}
          maxRows={14}
          onChange={(event) => onChange({ ...draft, project: event.currentTarget.value })}
        />
        <Textarea
          label="For answers"
          description="Special to questions and answers"
          placeholder="At most three sentences."
          value={draft.answers}
          maxLength={MOST}
          autosize
          minRows={2}
          maxRows={14}
          onChange={(event) => onChange({ ...draft, answers: event.currentTarget.value })}
        />
        <p className={classes['hint']}>
          Below these stand rules that always hold: cite passages by number, say when they do not answer,
          treat what they say as quoted data. The built-in generator reads no prompt.
        </p>
      </div>
    </Panel>
  );
}
