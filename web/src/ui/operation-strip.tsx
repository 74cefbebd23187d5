import { Button, CloseButton } from '@mantine/core';
import type { Operation } from '#sdk/index.ts';
import { countOf, fullCount } from '../text/counts.ts';
import classes from './operation-strip.module.css';

const DOING: Readonly<Record<Operation['action'], readonly [doing: string, done: string]>> = {
  pause: ['Pausing', 'Paused'],
  resume: ['Resuming', 'Resumed'],
  cancel: ['Cancelling', 'Cancelled'],
  retry: ['Retrying', 'Sent again'],
  delete: ['Deleting', 'Deleted'],
};

export interface OperationStripProps {
  readonly operation: Operation | null;
  readonly onDismiss: () => void;
  /** Absent where nothing that is done here can be taken back. */
  readonly onUndo?: (operationId: string) => void;
}

/** How far an action on many things is, and what it could not do. */
export function OperationStrip({ operation, onDismiss, onUndo }: OperationStripProps) {
  if (operation === null) return null;
  const { id, on, changed, refused, matched, note, status } = operation;
  const [doing, done] = wordsOf(operation);
  const isDone = status === 'completed';
  const things = countOf(changed, on === 'items' ? 'item' : 'batch', on === 'items' ? 'items' : 'batches');
  return (
    <div className={classes['root']} role="status">
      <span>
        <b>{isDone ? done : doing}</b> {things}
        {!isDone && matched > 0 && ` of ${fullCount(matched)}`}
        <Refused count={refused} note={note} />
      </span>
      {operation.canUndo && onUndo !== undefined && (
        <Button size="compact-xs" variant="light" onClick={() => onUndo(id)}>
          Undo
        </Button>
      )}
      {isDone ? (
        <CloseButton size="sm" aria-label="Hide" onClick={onDismiss} />
      ) : (
        <span className={classes['bar']} />
      )}
    </div>
  );
}

/** A cancel is taken back by what is otherwise a retry. */
function wordsOf({ action, undoes }: Operation): readonly [doing: string, done: string] {
  return undoes !== null && action === 'retry' ? ['Taking back', 'Running again:'] : DOING[action];
}

function Refused({ count, note }: { readonly count: number; readonly note: string | null }) {
  if (count === 0) return null;
  return (
    <span className={classes['refused']}>
      ; {fullCount(count)} could not be: {note ?? 'not in a state for it'}
    </span>
  );
}
