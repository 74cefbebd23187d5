import { useRef } from 'react';

/** The id that is shown, or was: while a drawer slides out, it goes on showing what it showed. Empty before the first. */
export function useLastShown(id: string | null | undefined): string {
  const last = useRef('');
  if (id !== null && id !== undefined) last.current = id;
  return last.current;
}
