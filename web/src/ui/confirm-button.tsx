import { Button, type ButtonProps } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { lazy, Suspense, type ReactNode } from 'react';
import { loadPart } from '../live/load-part.ts';
import type { Confirmation, ConfirmModalProps } from './confirm-modal.tsx';

const ConfirmModal = lazy(async () => ({
  default: (await loadPart(() => import('./confirm-modal.tsx'))).ConfirmModal,
}));

export interface ConfirmButtonProps extends ButtonProps, Confirmation {
  readonly children: ReactNode;
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

export interface ConfirmDialogProps extends ConfirmModalProps {
  readonly isOpen: boolean;
}

/** The same question, asked from a menu. */
export function ConfirmDialog({ isOpen, ...asked }: ConfirmDialogProps) {
  return <Suspense fallback={null}>{isOpen && <ConfirmModal {...asked} />}</Suspense>;
}
