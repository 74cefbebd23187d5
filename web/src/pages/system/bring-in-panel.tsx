import { Button, FileInput, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useClient } from '../../app/client.tsx';
import { countOf } from '../../text/counts.ts';
import { tell } from '../../text/problems.ts';
import { Panel } from '../../ui/panel.tsx';
import classes from './system-page.module.css';

/** Brings in a project that was exported here or elsewhere, under a new name. */
export function BringInPanel() {
  const client = useClient();
  const queries = useQueryClient();
  const [file, setFile] = useState<File | null>(null);
  const [name, setName] = useState('');
  const bring = useMutation({
    mutationFn: (copy: File) => client.projects.import(name.trim(), copy),
    onSuccess: ({ project, counts }) => {
      const documents = countOf(counts['documents'] ?? 0, 'document');
      const answers = countOf(counts['answers'] ?? 0, 'answer');
      notifications.show({
        color: 'green',
        title: `${project.name} is there`,
        message: `${documents}, ${answers}. Its schedules and webhooks are switched off.`,
      });
      setFile(null);
      setName('');
    },
    onError: (error) =>
      notifications.show({ color: 'red', title: 'Nothing was brought in', message: tell(error).message }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['projects'] }),
  });
  return (
    <Panel title="Bring in a project">
      <form
        className={classes['stack']}
        onSubmit={(event) => {
          event.preventDefault();
          if (file !== null) bring.mutate(file);
        }}
      >
        <FileInput
          label="File"
          description="What an export of a project gave"
          value={file}
          onChange={setFile}
          clearable
        />
        <TextInput
          label="Name"
          description="That no project has yet: small letters, digits and hyphens"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <div>
          <Button type="submit" loading={bring.isPending} disabled={file === null || name.trim() === ''}>
            Import
          </Button>
        </div>
      </form>
    </Panel>
  );
}
