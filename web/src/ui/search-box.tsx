import { CloseButton, Kbd, TextInput } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { SearchIcon } from './icons.tsx';

/** Typing is over after so long. */
const SETTLE_MS = 250;

export interface SearchBoxProps {
  readonly value: string;
  readonly onChange: (text: string) => void;
  readonly label: string;
  readonly placeholder?: string;
  /** False: `/` goes to another one of the page. */
  readonly isFirst?: boolean;
}

/** A search of a page: `/` comes here, Escape empties it. Says what was typed once typing has paused. */
export function SearchBox({ value, onChange, label, placeholder = label, isFirst = true }: SearchBoxProps) {
  const [text, setText] = useState(value);
  /** What the address says, then what it was told since and does not say yet. */
  const told = useRef([value]);
  useEffect(() => {
    const at = told.current.indexOf(value);
    // The address changed by itself: back, forward, or a filter that was cleared.
    if (at === -1) setText(value);
    told.current = at === -1 ? [value] : told.current.slice(at);
  }, [value]);
  useEffect(() => {
    if (text === told.current.at(-1)) return;
    const timer = setTimeout(() => {
      told.current.push(text);
      onChange(text);
    }, SETTLE_MS);
    return () => clearTimeout(timer);
  }, [text, onChange]);
  return (
    <TextInput
      type="search"
      data-page-search={isFirst || undefined}
      aria-label={label}
      placeholder={placeholder}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onKeyDown={(event) =>
        event.key === 'Escape' && (text === '' ? event.currentTarget.blur() : setText(''))
      }
      leftSection={<SearchIcon size={16} />}
      rightSection={
        text === '' ? (
          isFirst && (
            <Kbd size="xs" visibleFrom="sm">
              /
            </Kbd>
          )
        ) : (
          <CloseButton size="sm" aria-label="Clear the search" onClick={() => setText('')} />
        )
      }
    />
  );
}
