import { ActionIcon, Tooltip } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Item } from '#sdk/index.ts';
import { itemsOf } from '../../text/batches.ts';
import { ForScope } from '../../ui/for-scope.tsx';
import { RetryIcon } from '../../ui/icons.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import link from '../../ui/row-link.module.css';
import classes from './failed-row.module.css';
import { useItemActions } from './use-item-actions.ts';

/** One failed item in the list; the whole of it opens the item. */
export function FailedRow({ item }: { readonly item: Item }) {
  const { retry } = useItemActions(item);
  return (
    <div className={classes['root']}>
      <div className={classes['words']}>
        <Link
          from="/dead-letters"
          to="."
          search={(before) => ({ ...before, item: item.id })}
          resetScroll={false}
          className={`${link['cover']} ${classes['name']}`}
        >
          {item.description}
        </Link>
        <div className={classes['error']}>{item.error?.message}</div>
      </div>
      <span className={classes['kind']}>{itemsOf(item.workload, 1)}</span>
      <span className={classes['when']}>{item.endedAt !== null && <RelativeTime at={item.endedAt} />}</span>
      <ForScope scope="warm">
        <Tooltip label="Try it again">
          <ActionIcon
            className={classes['action']}
            variant="subtle"
            color="gray"
            aria-label={`Retry ${item.description}`}
            loading={retry.isPending}
            onClick={() => retry.mutate()}
          >
            <RetryIcon size={16} />
          </ActionIcon>
        </Tooltip>
      </ForScope>
    </div>
  );
}
