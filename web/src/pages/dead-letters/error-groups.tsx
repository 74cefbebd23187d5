import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { DeadLetters } from '#sdk/index.ts';
import { countOf, shortCount } from '../../text/counts.ts';
import { ConfirmDialog } from '../../ui/confirm-button.tsx';
import { RetryIcon, TrashIcon } from '../../ui/icons.tsx';
import { Panel } from '../../ui/panel.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import link from '../../ui/row-link.module.css';
import classes from './error-groups.module.css';
import { ForScope } from '../../ui/for-scope.tsx';

export type ErrorGroup = DeadLetters['groups'][number];

export interface ErrorGroupsProps {
  readonly groups: readonly ErrorGroup[];
  /** The one whose items are shown. */
  readonly shown: string | undefined;
  readonly isBusy: boolean;
  readonly onRetry: (code: string) => void;
  readonly onDelete: (code: string) => void;
}

/** What went wrong, most frequent first: one cause, one button. */
export function ErrorGroups({ groups, shown, isBusy, onRetry, onDelete }: ErrorGroupsProps) {
  const [asked, setAsked] = useState<ErrorGroup | null>(null);
  return (
    <Panel title="By error" isFlush>
      <ul className={classes['list']}>
        {groups.map((group) => (
          <Group
            key={group.code}
            group={group}
            isShown={group.code === shown}
            isBusy={isBusy}
            onRetry={() => onRetry(group.code)}
            onDelete={() => setAsked(group)}
          />
        ))}
      </ul>
      <ConfirmDialog
        isOpen={asked !== null}
        onClose={() => setAsked(null)}
        question={`Delete ${countOf(asked?.count ?? 0, 'item')}?`}
        consequence={
          <>
            All that failed with <code>{asked?.code}</code> are removed from their batches, with their
            history.
          </>
        }
        verb="Delete"
        onConfirm={() => asked !== null && onDelete(asked.code)}
      />
    </Panel>
  );
}

interface GroupProps {
  readonly group: ErrorGroup;
  readonly isShown: boolean;
  readonly isBusy: boolean;
  readonly onRetry: () => void;
  readonly onDelete: () => void;
}

function Group({ group, isShown, isBusy, onRetry, onDelete }: GroupProps) {
  return (
    <li className={classes['group']} data-shown={isShown || undefined}>
      <span className={classes['count']}>{shortCount(group.count)}</span>
      <div className={classes['words']}>
        <Link
          to="/dead-letters"
          search={isShown ? {} : { error: group.code }}
          resetScroll={false}
          className={`${link['cover']} ${classes['code']}`}
          aria-current={isShown || undefined}
        >
          {group.code}
        </Link>
        <p className={classes['sample']}>{group.sample}</p>
        <span className={classes['when']}>
          newest <RelativeTime at={group.newestAt} />
        </span>
      </div>
      <ForScope scope="warm">
        <div className={classes['actions']}>
          <Button
            size="xs"
            variant="default"
            leftSection={<RetryIcon size={15} />}
            disabled={isBusy}
            onClick={onRetry}
          >
            Retry {shortCount(group.count)}
          </Button>
          <Tooltip label="Delete them">
            <ActionIcon
              variant="subtle"
              color="gray"
              size={30}
              aria-label={`Delete all with ${group.code}`}
              disabled={isBusy}
              onClick={onDelete}
            >
              <TrashIcon size={17} />
            </ActionIcon>
          </Tooltip>
        </div>
      </ForScope>
    </li>
  );
}
