import { Button, type ButtonProps } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { lazy, Suspense, type ReactNode } from 'react';
import { loadPart } from '../live/load-part.ts';

const ConfirmModal = lazy(async () => ({
  default: (await loadPart(() => import('./confirm-modal.tsx'))).ConfirmModal,
}));

export interface ConfirmButtonProps extends ButtonProps {
  readonly children: ReactNode;
  /** "Delete 3 batches?" */
  readonly question: string;
  /** What will be gone. */
  readonly consequence: ReactNode;
  /** What the button says that does it: "Delete". */
  readonly verb: string;
  readonly onConfirm: () => void;
}

/** For what cannot be undone; nothing else asks. */
export function ConfirmButton({
  children,
  question,
  consequence,
  verb,
  onConfirm,
  ...button
}: ConfirmButtonProps) {
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button variant="default" {...button} onClick={open}>
        {children}
      </Button>
      <ConfirmDialog
        isOpen={isOpen}
        onClose={close}
        question={question}
        consequence={consequence}
        verb={verb}
        onConfirm={onConfirm}
      />
    </>
  );
}

export interface ConfirmDialogProps extends Pick<
  ConfirmButtonProps,
  'question' | 'consequence' | 'verb' | 'onConfirm'
> {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** The same question, asked from a menu. */
export function ConfirmDialog({ isOpen, ...asked }: ConfirmDialogProps) {
  return <Suspense fallback={null}>{isOpen && <ConfirmModal {...asked} />}</Suspense>;
}
