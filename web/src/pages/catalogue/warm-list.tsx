import { Dropzone } from '@mantine/dropzone';
import { lazy, Suspense, useState } from 'react';
import { loadPart } from '../../live/load-part.ts';
import { UploadIcon } from '../../ui/icons.tsx';
import { Panel } from '../../ui/panel.tsx';
import classes from './warm-list.module.css';

/* What a list needs once it is there: most visits do without. */
const ChosenList = lazy(async () => ({
  default: (await loadPart(() => import('./chosen-list.tsx'))).ChosenList,
}));

/** A list of books in; how it is read and what it will come to; then its batch. */
export function WarmList() {
  const [file, setFile] = useState<File | null>(null);
  return (
    <Panel title="Warm a list of books">
      <ListDrop name={file?.name ?? null} onChoose={setFile} />
      <Suspense fallback={null}>
        {file !== null && <ChosenList key={`${file.name} ${file.lastModified}`} file={file} />}
      </Suspense>
    </Panel>
  );
}

interface ListDropProps {
  readonly name: string | null;
  readonly onChoose: (file: File | null) => void;
}

function ListDrop({ name, onChoose }: ListDropProps) {
  return (
    <Dropzone
      onDrop={(files) => onChoose(files[0] ?? null)}
      multiple={false}
      className={classes['drop'] ?? ''}
      inputProps={{ 'aria-label': 'A list of books' }}
    >
      <span className={classes['inner']}>
        <UploadIcon />
        <span>
          <b>{name ?? 'Drop an export here, or choose it'}</b>
          <span className={classes['hint']}>
            Goodreads, StoryGraph, LibraryThing, Open Library, or any table with an author
          </span>
        </span>
      </span>
    </Dropzone>
  );
}
