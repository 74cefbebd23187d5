import type { System } from '#sdk/index.ts';
import { Facts } from '../../ui/facts.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { Panel } from '../../ui/panel.tsx';

const MODELS: Readonly<Record<string, string>> = {
  extractive: 'quotes the best sentences, built in',
  lexical: 'words and parts of words, built in',
};

/** What the server is put together from. */
export function MakePanel({ system: { version, runtime, models } }: { readonly system: System }) {
  return (
    <Panel
      title="Made of"
      aside={
        <LinkButton size="compact-xs" variant="subtle" to="/project">
          Models and prompts
        </LinkButton>
      }
    >
      <Facts
        facts={[
          { name: 'Preheat', value: `${version}, on ${runtime}` },
          { name: 'Generator', value: <Model name={models.generator} /> },
          { name: 'Embedder', value: <Model name={models.embedder} /> },
        ]}
      />
    </Panel>
  );
}

function Model({ name }: { readonly name: string }) {
  // Whatever its version.
  const meaning = MODELS[name.replace(/-\d+$/, '')];
  return (
    <>
      <code>{name}</code>
      {meaning !== undefined && `, ${meaning}`}
    </>
  );
}
