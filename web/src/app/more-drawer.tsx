import { Drawer } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { HumaneNumber } from '../ui/humane-number.tsx';
import classes from './bottom-bar.module.css';
import type { Place } from './navigation.ts';
import { SchemeToggle } from './scheme-toggle.tsx';

export interface MoreDrawerProps {
  readonly places: readonly Place[];
  readonly deadLetters: number;
  readonly onClose: () => void;
}

/** The pages that have no place of their own in the bar. */
export function MoreDrawer({ places, deadLetters, onClose }: MoreDrawerProps) {
  return (
    <Drawer opened onClose={onClose} position="bottom" size="auto" title="More">
      <div className={classes['rows']}>
        {places.map((place) => (
          <Row
            key={place.to}
            place={place}
            count={place.to === '/dead-letters' ? deadLetters : 0}
            onGo={onClose}
          />
        ))}
        <div className={classes['scheme']}>
          <SchemeToggle hasLabel />
        </div>
      </div>
    </Drawer>
  );
}

interface RowProps {
  readonly place: Place;
  readonly count: number;
  readonly onGo: () => void;
}

function Row({ place, count, onGo }: RowProps) {
  const Icon = place.icon;
  return (
    <Link to={place.to} className={classes['row']} onClick={onGo}>
      <Icon />
      <span>{place.label}</span>
      {count > 0 && (
        <b>
          <HumaneNumber value={count} />
        </b>
      )}
    </Link>
  );
}
