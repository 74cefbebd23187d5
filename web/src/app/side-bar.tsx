import { ActionIcon, Tooltip } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { HumaneNumber } from '../ui/humane-number.tsx';
import { KeyboardIcon } from '../ui/icons.tsx';
import { Mark } from '../ui/mark.tsx';
import { PLACES, type Place } from './navigation.ts';
import { SchemeToggle } from './scheme-toggle.tsx';
import classes from './side-bar.module.css';

export interface SideBarProps {
  readonly deadLetters: number;
  readonly onHelp: () => void;
}

/** Navigation on the left; icons only where the window is narrow. */
export function SideBar({ deadLetters, onHelp }: SideBarProps) {
  return (
    <nav className={classes['root']} aria-label="Pages">
      <Link to="/" className={classes['brand']} aria-label="Preheat, overview">
        <Mark />
        <span>Preheat</span>
      </Link>
      {PLACES.map((group, index) => (
        <ul key={index} className={classes['group']}>
          {group.map((place) => (
            <li key={place.to}>
              <PlaceLink place={place} count={place.to === '/dead-letters' ? deadLetters : 0} />
            </li>
          ))}
        </ul>
      ))}
      <div className={classes['foot']}>
        <SchemeToggle />
        <Tooltip label="Keyboard shortcuts (?)">
          <ActionIcon variant="subtle" color="gray" aria-label="Keyboard shortcuts" onClick={onHelp}>
            <KeyboardIcon />
          </ActionIcon>
        </Tooltip>
      </div>
    </nav>
  );
}

function PlaceLink({ place, count }: { readonly place: Place; readonly count: number }) {
  const Icon = place.icon;
  return (
    <Link
      to={place.to}
      className={classes['link']}
      activeOptions={{ exact: place.to === '/', includeSearch: false }}
      title={place.label}
    >
      <Icon />
      <span className={classes['label']}>{place.label}</span>
      {count > 0 && (
        <span className={classes['count']}>
          <HumaneNumber value={count} />
        </span>
      )}
    </Link>
  );
}
