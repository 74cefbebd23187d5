import { Dropzone } from '@mantine/dropzone';
import { countOf } from '../../text/counts.ts';
import { UploadIcon } from '../../ui/icons.tsx';
import classes from './file-drop.module.css';
import { MOST_FILES, type Uploading } from './use-upload.ts';

export interface FileDropProps {
  readonly uploading: Uploading;
  /** Where nothing else is on the page, it may take more room. */
  readonly isLarge: boolean;
}

/** Takes files. What they are is read from their content, so none is turned away by its name. */
export function FileDrop({ uploading, isLarge }: FileDropProps) {
  const { isSending, sending, send } = uploading;
  return (
    <Dropzone
      onDrop={send}
      disabled={isSending}
      className={classes['root'] ?? ''}
      data-large={isLarge || undefined}
      data-busy={isSending || undefined}
      inputProps={{ 'aria-label': 'Files to add' }}
      multiple
    >
      <div className={classes['inner']}>
        <span className={classes['icon']}>
          <UploadIcon size={isLarge ? 24 : 20} />
        </span>
        <span className={classes['words']} aria-live="polite">
          <b>
            {isSending
              ? `Sending ${sending > 0 ? countOf(sending, 'file') : 'files'}…`
              : 'Drop files here, or choose them'}
          </b>
          <span className={classes['hint']}>
            PDF, Word, PowerPoint, HTML, Markdown, text, CSV and more, up to {MOST_FILES} at a time. A file of
            the same name takes the old one’s place.
          </span>
        </span>
      </div>
    </Dropzone>
  );
}
