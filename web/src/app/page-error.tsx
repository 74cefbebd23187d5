import { Button } from '@mantine/core';
import { useRouter, type ErrorComponentProps } from '@tanstack/react-router';
import { EmptyState } from '../ui/empty-state.tsx';
import { AlertIcon } from '../ui/icons.tsx';
import { tell } from '../text/problems.ts';

/** Shown in place of a page that broke; the rest of the window goes on. */
export function PageError({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const again = () => {
    reset();
    void router.invalidate();
  };
  // A page whose file is gone was built anew meanwhile: only loading everything helps.
  const isOutdated =
    error instanceof Error && /dynamically imported module|module script/i.test(error.message);
  return (
    <EmptyState
      icon={<AlertIcon />}
      title={isOutdated ? 'This page has a newer version' : 'This page could not be shown'}
      action={
        <Button onClick={isOutdated ? () => window.location.reload() : again}>
          {isOutdated ? 'Reload' : 'Try again'}
        </Button>
      }
    >
      {isOutdated ? 'The server was updated, or does not answer. Reload to go on.' : tell(error).message}
    </EmptyState>
  );
}
