import { ActionIcon, Checkbox, Tooltip } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Miss } from '#sdk/index.ts';
import { fullCount } from '../../text/counts.ts';
import { CloseIcon } from '../../ui/icons.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { Badge } from '../../ui/status-badge.tsx';
import classes from './miss-row.module.css';

export interface MissRowProps {
  readonly miss: Miss;
  readonly isSelected: boolean;
  readonly onSelect: (missId: string, isSelected: boolean) => void;
  readonly onForget: (miss: Miss) => void;
}

/** One question that somebody had to wait for. */
export function MissRow({ miss, isSelected, onSelect, onForget }: MissRowProps) {
  return (
    <div className={classes['root']}>
      <Checkbox
        className={classes['before']}
        size="xs"
        aria-label={`Select “${miss.question}”`}
        checked={isSelected}
        onChange={(event) => onSelect(miss.id, event.currentTarget.checked)}
      />
      <span className={classes['count']} title="How often somebody had to wait for it">
        {fullCount(miss.misses)}×
      </span>
      <Link to="/ask" search={{ q: miss.question }} className={classes['question']}>
        {miss.question}
      </Link>
      <span className={classes['state']}>
        <MissState state={miss.state} />
      </span>
      <span className={classes['when']}>
        last <RelativeTime at={miss.lastAt} />
      </span>
      <Tooltip label="Forget it">
        <ActionIcon
          className={classes['forget']}
          variant="subtle"
          color="gray"
          aria-label={`Forget “${miss.question}”`}
          onClick={() => onForget(miss)}
        >
          <CloseIcon size={16} />
        </ActionIcon>
      </Tooltip>
    </div>
  );
}

function MissState({ state }: { readonly state: Miss['state'] }) {
  if (state === 'warm') return <Badge tone="heat">Warm again</Badge>;
  if (state === 'not_found') return <Badge tone="wait">Not found</Badge>;
  return (
    <Badge tone="idle" isHollow>
      Cold
    </Badge>
  );
}
