import { Drawer } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './side-drawer.module.css';

export interface SideDrawerProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly title: ReactNode;
  readonly children: ReactNode;
  /** What can be done with what is shown; stays in sight. */
  readonly footer?: ReactNode;
}

/** One thing in detail, beside the page that it came from. */
export function SideDrawer({ isOpen, onClose, title, children, footer }: SideDrawerProps) {
  return (
    <Drawer.Root
      opened={isOpen}
      onClose={onClose}
      position="right"
      size={600}
      classNames={{ content: classes['content'] ?? '' }}
    >
      <Drawer.Overlay backgroundOpacity={0.32} />
      <Drawer.Content>
        <Drawer.Header className={classes['header']}>
          <Drawer.Title className={classes['title']}>{title}</Drawer.Title>
          <Drawer.CloseButton aria-label="Close" />
        </Drawer.Header>
        <Drawer.Body className={classes['body']}>{children}</Drawer.Body>
        {footer !== undefined && footer !== false && <div className={classes['footer']}>{footer}</div>}
      </Drawer.Content>
    </Drawer.Root>
  );
}
