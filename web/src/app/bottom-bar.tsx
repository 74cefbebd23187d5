import { useDisclosure } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { loadPart } from '../live/load-part.ts';
import { MoreIcon } from '../ui/icons.tsx';
import classes from './bottom-bar.module.css';
import { ALL_PLACES, type Place } from './navigation.ts';

const DAILY: readonly Place['to'][] = ['/', '/warm', '/queue', '/ask'];
const ALWAYS_THERE = ALL_PLACES.filter(({ to }) => DAILY.includes(to));
const THE_REST = ALL_PLACES.filter(({ to }) => !DAILY.includes(to));

const MoreDrawer = lazy(async () => ({
  default: (await loadPart(() => import('./more-drawer.tsx'))).MoreDrawer,
}));

/** Navigation of narrow windows, where a thumb reaches it. */
export function BottomBar({ deadLetters }: { readonly deadLetters: number }) {
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <nav className={classes['root']} aria-label="Pages">
      {ALWAYS_THERE.map((place) => (
        <Tab key={place.to} place={place} />
      ))}
      <button type="button" className={classes['tab']} onClick={open} aria-haspopup="dialog">
        <MoreIcon />
        More
        {deadLetters > 0 && <span className={classes['dot']} aria-hidden="true" />}
      </button>
      <Suspense fallback={null}>
        {isOpen && <MoreDrawer places={THE_REST} deadLetters={deadLetters} onClose={close} />}
      </Suspense>
    </nav>
  );
}

function Tab({ place }: { readonly place: Place }) {
  const Icon = place.icon;
  return (
    <Link
      to={place.to}
      className={classes['tab']}
      activeOptions={{ exact: place.to === '/', includeSearch: false }}
    >
      <Icon />
      {place.label}
    </Link>
  );
}
