import { ActionIcon, Button, Checkbox, Tooltip } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { MissGroup } from '#sdk/index.ts';
import { fullCount } from '../../text/counts.ts';
import { searchKeepingTo } from '../../data/passage-filter.ts';
import { KeptTo } from '../../ui/kept-to.tsx';
import { CloseIcon } from '../../ui/icons.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { MissSign } from './miss-sign.tsx';
import link from '../../ui/row-link.module.css';
import classes from './miss-row.module.css';
import { Wordings } from './wordings.tsx';
import { useMay } from '../../data/may.ts';
import { ForScope } from '../../ui/for-scope.tsx';

export interface MissRowProps {
  readonly miss: MissGroup;
  readonly isSelected: boolean;
  readonly onSelect: (missId: string, isSelected: boolean) => void;
  readonly onForget: (miss: MissGroup) => void;
}

/** What somebody had to wait for, in the words in which it was asked most; the others can be shown. */
export function MissRow({ miss, isSelected, onSelect, onForget }: MissRowProps) {
  const mayChange = useMay('warm');
  const [isShown, setShown] = useState(false);
  return (
    <div>
      <div className={classes['root']}>
        {mayChange ? (
          <Checkbox
            className={classes['before']}
            size="xs"
            aria-label={`Select “${miss.question}”`}
            checked={isSelected}
            onChange={(event) => onSelect(miss.id, event.currentTarget.checked)}
          />
        ) : (
          <span />
        )}
        <span className={classes['count']} title="How often somebody had to wait for it">
          {fullCount(miss.misses)}×
        </span>
        <span className={classes['words']}>
          <Link
            to="/ask"
            search={{ q: miss.question, ...searchKeepingTo(miss.filter) }}
            className={`${link['cover']} ${classes['question']}`}
          >
            {miss.question}
          </Link>
          <KeptTo filter={miss.filter} />
          <WordingsSwitch count={miss.wordingCount} isShown={isShown} onSwitch={() => setShown(!isShown)} />
        </span>
        <span className={classes['state']}>
          <MissSign state={miss.state} />
        </span>
        <span className={classes['when']}>
          last <RelativeTime at={miss.lastAt} />
        </span>
        <ForScope scope="warm">
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
        </ForScope>
      </div>
      {isShown && <Wordings miss={miss} />}
    </div>
  );
}

interface WordingsSwitchProps {
  readonly count: number;
  readonly isShown: boolean;
  readonly onSwitch: () => void;
}

/** Nothing where there is one. */
function WordingsSwitch({ count, isShown, onSwitch }: WordingsSwitchProps) {
  if (count < 2) return null;
  return (
    <Button
      className={classes['wordings']}
      variant="subtle"
      size="compact-xs"
      aria-expanded={isShown}
      onClick={onSwitch}
    >
      {isShown ? 'Hide wordings' : `${fullCount(count)} wordings`}
    </Button>
  );
}
