import { Button } from '@mantine/core';

/** What a notification offers to do about what it says. */
export function Offer({ children, onTake }: { readonly children: string; readonly onTake: () => void }) {
  return (
    <Button size="compact-xs" variant="light" mt={6} onClick={onTake}>
      {children}
    </Button>
  );
}
