import { Button, Kbd } from '@mantine/core';
import { useMay } from '../../data/may.ts';
import { countOf } from '../../text/counts.ts';
import { FlameIcon } from '../../ui/icons.tsx';
import classes from './submit-bar.module.css';

export interface SubmitBarProps {
  readonly count: number;
  readonly isBusy: boolean;
  readonly onSubmit: () => void;
}

export function SubmitBar({ count, isBusy, onSubmit }: SubmitBarProps) {
  const mayWarm = useMay('warm');
  return (
    <div className={classes['root']}>
      <Button
        size="md"
        fullWidth
        leftSection={<FlameIcon />}
        disabled={count === 0 || !mayWarm}
        loading={isBusy}
        onClick={onSubmit}
      >
        {count === 0 ? 'Warm' : `Warm ${countOf(count, 'question')}`}
      </Button>
      <div className={classes['hint']}>
        {mayWarm ? (
          <>
            <Kbd size="xs">Ctrl</Kbd> <Kbd size="xs">Enter</Kbd> does the same
          </>
        ) : (
          'Your key may look, and not warm'
        )}
      </div>
    </div>
  );
}
