import { useQuery } from '@tanstack/react-query';
import { Outlet } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { ConnectionSign } from '../live/connection-sign.tsx';
import { useIsAway } from '../live/live-provider.tsx';
import { loadPart } from '../live/load-part.ts';
import { PreheatError } from '#sdk/index.ts';
import { sessionQuery } from '../data/session.ts';
import { statsQuery } from '../data/system.ts';
import { BottomBar } from './bottom-bar.tsx';
import { useClient } from './client.tsx';
import { KeyPrompt } from './key-prompt.tsx';
import classes from './shell.module.css';
import { SideBar } from './side-bar.tsx';
import { useShortcuts } from './shortcuts.ts';

/** Dialogs come when they are asked for: what they are made of is a good part of the first load. */
const ShortcutsHelp = lazy(async () => ({
  default: (await loadPart(() => import('./shortcuts-help.tsx'))).ShortcutsHelp,
}));

/**
 * The window around every page: navigation, the sign of a lost connection, shortcuts. The page itself comes once it is known
 * who looks, so that nothing is offered for a moment that is then taken away.
 */
export function Shell() {
  const client = useClient();
  const session = useQuery(sessionQuery(client));
  const stats = useQuery(statsQuery(client));
  const shortcuts = useShortcuts();
  const isAway = useIsAway();
  if (asksForKey(session.error) || asksForKey(stats.error)) return <KeyPrompt />;
  const deadLetters = stats.data?.queue.deadLetters ?? 0;
  return (
    <div className={classes['root']}>
      <a className={classes['skip']} href="#page">
        Skip to the page
      </a>
      <SideBar deadLetters={deadLetters} onHelp={shortcuts.open} />
      <main className={classes['main']} id="page" tabIndex={-1}>
        <div className={classes['page']}>{!session.isPending && <Outlet />}</div>
      </main>
      <ConnectionSign isAway={isAway} />
      <BottomBar deadLetters={deadLetters} />
      <Suspense fallback={null}>{shortcuts.isOpen && <ShortcutsHelp onClose={shortcuts.close} />}</Suspense>
    </div>
  );
}

function asksForKey(error: Error | null): boolean {
  return error instanceof PreheatError && error.status === 401;
}
