import { TextInput } from '@mantine/core';
import type { ProjectDetail } from '#sdk/index.ts';
import { LinkButton } from '../../ui/link-button.tsx';
import { Panel } from '../../ui/panel.tsx';
import type { FieldsProps } from './generator-fields.tsx';
import classes from './project-page.module.css';

/** Which model makes the vectors of the index; another one makes it anew, in the background. */
export function EmbedderFields({
  draft,
  effective,
  onChange,
}: FieldsProps & { readonly effective: ProjectDetail['effective'] }) {
  const { serving, wanted } = effective.embedder;
  const isMoving = serving !== null && serving !== wanted;
  return (
    <Panel title="Embedder">
      <div className={classes['fields']}>
        <div className={classes['pair']}>
          <TextInput
            label="Embedder"
            description="lexical, openai:<model>, google:<model> or local:<model>; empty: as the server"
            placeholder={wanted}
            value={draft.embedder}
            maxLength={200}
            onChange={(event) => onChange({ ...draft, embedder: event.currentTarget.value })}
          />
          {draft.embedder.includes(':') && (
            <TextInput
              label="Address of the embedder"
              description="Empty: the server's, or the provider's own"
              placeholder="http://127.0.0.1:8081/v1"
              value={draft.embedderUrl}
              maxLength={500}
              onChange={(event) => onChange({ ...draft, embedderUrl: event.currentTarget.value })}
            />
          )}
        </div>
        <p className={classes['hint']}>
          {isMoving
            ? `The index is being made anew with ${wanted}; ${serving} serves until that is done.`
            : 'A change makes the index anew in the background; the old one serves until that is done.'}
          {isMoving && (
            <LinkButton size="compact-xs" variant="subtle" to="/queue" search={{ source: 'reindex' }}>
              How far it is
            </LinkButton>
          )}
        </p>
      </div>
    </Panel>
  );
}
