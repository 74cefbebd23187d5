import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { System } from '#sdk/index.ts';
import { countOf } from '../../text/counts.ts';
import { Panel } from '../../ui/panel.tsx';
import classes from './settings-panel.module.css';

type Setting = System['settings'][number];

/** Limits and settings in force: what somebody changed, and on demand the rest. */
export function SettingsPanel({ settings }: { readonly settings: readonly Setting[] }) {
  const [isOpen, { toggle }] = useDisclosure(false);
  const changed = settings.filter(({ isDefault }) => !isDefault);
  const standard = settings.filter(({ isDefault }) => isDefault);
  return (
    <Panel
      title="Limits and settings"
      aside={
        <Button size="compact-sm" variant="subtle" aria-expanded={isOpen} onClick={toggle}>
          {isOpen ? 'Hide the defaults' : `Show ${countOf(standard.length, 'default')}`}
        </Button>
      }
      isFlush
    >
      <dl className={classes['list']}>
        {changed.map((setting) => (
          <Row key={setting.name} setting={setting} />
        ))}
        {isOpen && standard.map((setting) => <Row key={setting.name} setting={setting} />)}
      </dl>
      {changed.length === 0 && !isOpen && <p className={classes['none']}>Everything is as it comes.</p>}
    </Panel>
  );
}

function Row({ setting: { name, value, isDefault, meaning } }: { readonly setting: Setting }) {
  return (
    <div className={classes['row']}>
      <dt>
        <span>{plain(meaning)}</span>
        <code>{name}</code>
      </dt>
      <dd data-changed={!isDefault || undefined}>{shown(value, isDefault)}</dd>
    </div>
  );
}

function shown(value: string | null, isDefault: boolean): string {
  if (value === null) return isDefault ? 'not set' : 'set, not shown';
  return value === '' ? 'not set' : value;
}

/** Meanings are Markdown, for the documents. */
function plain(meaning: string): string {
  return meaning.replaceAll('`', '');
}
