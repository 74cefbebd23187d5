import { Button, PasswordInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { PreheatError } from '#sdk/index.ts';
import { Mark } from '../ui/mark.tsx';
import { tell } from '../text/problems.ts';
import { useClient } from './client.tsx';
import classes from './key-prompt.module.css';

/** Asks for a key, and leaves a session with the browser in its place. */
export function KeyPrompt() {
  const client = useClient();
  const [key, setKey] = useState('');
  const signIn = useMutation({
    mutationFn: () => client.session.signIn(key.trim()),
    onSuccess: () => window.location.reload(),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate();
  };
  return (
    <main className={classes['root']}>
      <form className={classes['form']} onSubmit={submit}>
        <Mark size={40} />
        <h1>Preheat</h1>
        <p>
          This server asks for a key: one that an admin made for you, or what PREHEAT_ADMIN_KEY was set to.
        </p>
        <PasswordInput
          label="Key"
          value={key}
          onChange={(event) => setKey(event.currentTarget.value)}
          error={signIn.error === null ? null : whyNot(signIn.error)}
          autoComplete="current-password"
          data-autofocus
          required
        />
        <Button type="submit" disabled={key.trim() === ''} loading={signIn.isPending} fullWidth>
          Sign in
        </Button>
      </form>
    </main>
  );
}

function whyNot(error: Error): string {
  const isWrong = error instanceof PreheatError && error.code === 'key_wrong';
  return isWrong ? 'That key is not known here' : tell(error).message;
}
