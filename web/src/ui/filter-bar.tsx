import { CloseButton, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useClient } from '../app/client.tsx';
import { documentQuery } from '../data/documents.ts';
import { offeredDocumentsQuery, type ShownFilter, tagsQuery } from '../data/passage-filter.ts';
import classes from './filter-bar.module.css';
import { DocumentIcon, TagIcon } from './icons.tsx';

export interface FilterBarProps {
  readonly filter: ShownFilter;
  readonly onChange: (filter: ShownFilter) => void;
}

/** Keeps a question to documents or tags: what is chosen, and what else there is. */
export function FilterBar({ filter, onChange }: FilterBarProps) {
  const { documents, tags } = filter;
  const withTags = (next: readonly string[]) => onChange({ documents, tags: next });
  const withDocuments = (next: readonly string[]) => onChange({ documents: next, tags });
  return (
    <div className={classes['root']} role="group" aria-label="From which documents">
      {tags.map((tag) => (
        <span key={tag} className={classes['chosen']}>
          <TagIcon size={14} />
          <span className={classes['name']}>{tag}</span>
          <CloseButton
            size="xs"
            aria-label={`Not only “${tag}”`}
            onClick={() => withTags(tags.filter((each) => each !== tag))}
          />
        </span>
      ))}
      {documents.map((id) => (
        <ChosenDocument
          key={id}
          id={id}
          onDrop={() => withDocuments(documents.filter((each) => each !== id))}
        />
      ))}
      <TagChoice tags={tags} onAdd={(tag) => withTags([...tags, tag].toSorted())} />
      <DocumentChoice documents={documents} onAdd={(id) => withDocuments([...documents, id])} />
    </div>
  );
}

function ChosenDocument({ id, onDrop }: { readonly id: string; readonly onDrop: () => void }) {
  const { data } = useQuery(documentQuery(useClient(), id));
  const name = data?.name ?? id;
  return (
    <span className={classes['chosen']}>
      <DocumentIcon size={14} />
      <span className={classes['name']}>{name}</span>
      <CloseButton size="xs" aria-label={`Not only “${name}”`} onClick={onDrop} />
    </span>
  );
}

interface TagChoiceProps {
  readonly tags: readonly string[];
  readonly onAdd: (tag: string) => void;
}

/** Nothing where no document has a tag. */
function TagChoice({ tags, onAdd }: TagChoiceProps) {
  const { data } = useQuery(tagsQuery(useClient()));
  const free = (data?.items ?? []).map(({ tag }) => tag).filter((tag) => !tags.includes(tag));
  if (free.length === 0) return null;
  return (
    <Select
      className={classes['choice'] ?? ''}
      size="xs"
      aria-label="Only documents with a tag"
      placeholder={tags.length === 0 ? 'Any tag' : 'Or a tag'}
      data={free}
      value={null}
      onChange={(tag) => tag !== null && onAdd(tag)}
      searchable
      nothingFoundMessage="No such tag"
    />
  );
}

interface DocumentChoiceProps {
  readonly documents: readonly string[];
  readonly onAdd: (id: string) => void;
}

function DocumentChoice({ documents, onAdd }: DocumentChoiceProps) {
  const [text, setText] = useState('');
  const { data } = useQuery(offeredDocumentsQuery(useClient(), text));
  const free = (data?.items ?? []).filter(({ id }) => !documents.includes(id));
  if (free.length === 0 && text === '') return null;
  return (
    <Select
      className={classes['choice'] ?? ''}
      size="xs"
      aria-label="Only certain documents"
      placeholder={documents.length === 0 ? 'Any document' : 'Or a document'}
      data={free.map(({ id, name }) => ({ value: id, label: name }))}
      value={null}
      searchValue={text}
      onSearchChange={setText}
      onChange={(id) => {
        if (id === null) return;
        setText('');
        onAdd(id);
      }}
      searchable
      filter={({ options }) => options}
      nothingFoundMessage="No such document"
    />
  );
}
