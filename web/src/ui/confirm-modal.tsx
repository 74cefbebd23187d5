import { Button, Group, Modal } from '@mantine/core';
import type { ReactNode } from 'react';

/** What is asked before something is done that cannot be undone. */
export interface Confirmation {
  /** "Delete 3 batches?" */
  readonly question: string;
  /** What will be gone. */
  readonly consequence: ReactNode;
  /** What the button says that does it: "Delete". */
  readonly verb: string;
  readonly onConfirm: () => void;
}

export interface ConfirmModalProps extends Confirmation {
  readonly onClose: () => void;
}

export function ConfirmModal(asked: ConfirmModalProps) {
  const { onClose, question, consequence, verb, onConfirm } = asked;
  const confirm = () => {
    onClose();
    onConfirm();
  };
  return (
    <Modal opened onClose={onClose} title={question} centered size="sm">
      <div>{consequence}</div>
      <Group justify="flex-end" mt="lg" gap="xs">
        <Button variant="default" onClick={onClose} data-autofocus>
          Keep
        </Button>
        <Button color="red.8" onClick={confirm}>
          {verb}
        </Button>
      </Group>
    </Modal>
  );
}
