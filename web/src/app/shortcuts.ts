import { useDisclosure } from '@mantine/hooks';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { ALL_PLACES } from './navigation.ts';

/** `g` and its letter belong together for so long. */
const SEQUENCE_MS = 1_200;

interface Shortcuts {
  readonly isOpen: boolean;
  readonly open: () => void;
  readonly close: () => void;
}

/** `/` to the page's search, `g` and a letter to a page, `?` for help. Never while somebody is writing. */
export function useShortcuts(): Shortcuts {
  const [isOpen, { open, close }] = useDisclosure(false);
  const navigate = useNavigate();
  const goUntil = useRef(0);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return;
      const isGoing = event.timeStamp < goUntil.current;
      goUntil.current = 0;
      const place = isGoing ? ALL_PLACES.find(({ letter }) => letter === event.key) : undefined;
      if (place !== undefined) void navigate({ to: place.to });
      else if (event.key === 'g') goUntil.current = event.timeStamp + SEQUENCE_MS;
      else if (event.key === '?') open();
      else if (event.key !== '/' || !focusSearch()) return;
      event.preventDefault();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [navigate, open]);
  return { isOpen, open, close };
}

function focusSearch(): boolean {
  const search = document.querySelector<HTMLInputElement | HTMLTextAreaElement>('[data-page-search]');
  search?.focus();
  search?.select();
  return search !== null;
}

function isWriting(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable ||
    target.closest('input, textarea, select, [role="dialog"], [role="menu"]') !== null
  );
}
