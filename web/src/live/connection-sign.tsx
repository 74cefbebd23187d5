import { useEffect, useState } from 'react';
import classes from './connection-sign.module.css';

/** A blink of the network is not worth a word. */
const PATIENCE_MS = 800;

/** A quiet sign while the server does not answer. What is on screen stays, and comes up to date by itself. */
export function ConnectionSign({ isAway }: { readonly isAway: boolean }) {
  const [isShown, setIsShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setIsShown(isAway), isAway ? PATIENCE_MS : 0);
    return () => clearTimeout(timer);
  }, [isAway]);
  return (
    <div className={classes['root']} role="status" data-shown={isShown || undefined}>
      {isShown && 'Reconnecting…'}
    </div>
  );
}
