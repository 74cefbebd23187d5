import { Button, type ButtonProps } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useClient } from '../app/client.tsx';
import { loadHandbook } from '../data/sample-handbook.ts';
import { tell } from '../text/problems.ts';
import { LinkButton } from './link-button.tsx';
import { DocumentIcon } from './icons.tsx';
import classes from './sample-note.module.css';
import { ForScope } from './for-scope.tsx';

/** Without documents every answer is "not found": says so before anybody wonders. */
export function SampleNote() {
  return (
    <div className={classes['root']}>
      <DocumentIcon />
      <div className={classes['words']}>
        <b>No documents yet.</b> Answers are made from documents, so without any there is nothing to find.
      </div>
      <div className={classes['actions']}>
        <ForScope scope="ingest">
          <LoadSampleButton size="xs" />
        </ForScope>
        <LinkButton size="xs" variant="default" to="/documents">
          Add documents
        </LinkButton>
      </div>
    </div>
  );
}

/** Uploads the sample handbook: something to ask about, in one click. */
export function LoadSampleButton(props: ButtonProps) {
  const client = useClient();
  const queries = useQueryClient();
  const load = useMutation({
    mutationFn: async () => client.documents.upload(await loadHandbook(), { name: 'Sample handbook' }),
    onSuccess: () => {
      notifications.show({
        title: 'The sample handbook is being read',
        message: 'In a moment its questions can be warmed.',
      });
      void queries.invalidateQueries();
    },
    onError: (error) =>
      notifications.show({ color: 'red', title: 'Not loaded', message: tell(error).message }),
  });
  return (
    <Button {...props} loading={load.isPending} onClick={() => load.mutate()}>
      Load the sample handbook
    </Button>
  );
}
