import { ActionIcon, Textarea } from '@mantine/core';
import { useEffect, useRef, useState, type FormEvent, type KeyboardEvent } from 'react';
import { ArrowIcon } from '../../ui/icons.tsx';
import classes from './question-box.module.css';

export interface QuestionBoxProps {
  /** The question of the address. */
  readonly question: string;
  readonly isBusy: boolean;
  readonly onAsk: (question: string) => void;
}

/** Where a question is written. Enter asks; Shift and Enter begin a new line. */
export function QuestionBox({ question, isBusy, onAsk }: QuestionBoxProps) {
  const [text, setText] = useState(question);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => setText(question), [question]);
  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    if (text.trim() !== '') onAsk(text.trim());
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // While an input method composes, Enter picks a word.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    submit();
  };
  return (
    <form className={classes['root']} onSubmit={submit}>
      <Textarea
        ref={field}
        data-page-search
        data-autofocus
        autoFocus={question === ''}
        aria-label="Your question"
        placeholder="Ask what your documents know"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        maxLength={10_000}
        autosize
        minRows={1}
        maxRows={8}
        variant="unstyled"
        classNames={{ root: classes['field'] ?? '', input: classes['input'] ?? '' }}
      />
      <ActionIcon
        type="submit"
        size={44}
        radius={11}
        aria-label="Ask"
        disabled={text.trim() === ''}
        loading={isBusy}
      >
        <ArrowIcon size={20} />
      </ActionIcon>
    </form>
  );
}
