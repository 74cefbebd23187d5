import { Button, Group, Modal } from '@mantine/core';
import type { ConfirmDialogProps } from './confirm-button.tsx';

/** Asks before something is done that cannot be undone. */
export function ConfirmModal(asked: Omit<ConfirmDialogProps, 'isOpen'>) {
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
