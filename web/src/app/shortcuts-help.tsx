import { Kbd, Modal } from '@mantine/core';
import { ALL_PLACES } from './navigation.ts';
import classes from './shortcuts.module.css';

/** What can be done by keyboard. */
export function ShortcutsHelp({ onClose }: { readonly onClose: () => void }) {
  return (
    <Modal opened onClose={onClose} title="Keyboard shortcuts" centered size="sm">
      <dl className={classes['list']}>
        <dt>Search this page</dt>
        <dd>
          <Kbd>/</Kbd>
        </dd>
        {ALL_PLACES.map(({ to, label, letter }) => (
          <div key={to} className={classes['pair']}>
            <dt>Go to {label}</dt>
            <dd>
              <Kbd>g</Kbd> <Kbd>{letter}</Kbd>
            </dd>
          </div>
        ))}
        <dt>Close what is open</dt>
        <dd>
          <Kbd>Esc</Kbd>
        </dd>
        <dt>Show this</dt>
        <dd>
          <Kbd>?</Kbd>
        </dd>
      </dl>
    </Modal>
  );
}
