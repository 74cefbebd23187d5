import { Button, CopyButton, Group } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './shown-once.module.css';

export interface ShownOnceProps {
  /** "The new key" */
  readonly label: string;
  /** What it is, and that it is not seen again. */
  readonly children: ReactNode;
  readonly secret: string;
  readonly onDismiss: () => void;
}

/** A text that nobody can show again: a key, or what signs. */
export function ShownOnce({ label, children, secret, onDismiss }: ShownOnceProps) {
  return (
    <section className={classes['root']} aria-label={label}>
      <div>{children}</div>
      <code className={classes['secret']}>{secret}</code>
      <Group gap="xs">
        <CopyButton value={secret}>
          {({ copied, copy }) => <Button onClick={copy}>{copied ? 'Copied' : 'Copy'}</Button>}
        </CopyButton>
        <Button variant="default" onClick={onDismiss}>
          I have it
        </Button>
      </Group>
    </section>
  );
}
