import { Dropzone } from '@mantine/dropzone';
import { UploadIcon } from '../../ui/icons.tsx';
import classes from './file-drop.module.css';

export interface FileDropProps {
  readonly isMore: boolean;
  readonly onDrop: (files: readonly File[]) => void;
}

/** Takes files; the server reads them by content, so none is turned away by its name. */
export function FileDrop({ isMore, onDrop }: FileDropProps) {
  return (
    <Dropzone
      onDrop={onDrop}
      className={classes['root']}
      multiple
      inputProps={{ 'aria-label': 'Files with questions' }}
    >
      <div className={classes['inner']}>
        <UploadIcon />
        <span>
          <b>{isMore ? 'Add more files' : 'Drop files here'}</b>
          <span className={classes['hint']}>{isMore ? '' : 'or choose them: '}text, CSV or JSONL</span>
        </span>
      </div>
    </Dropzone>
  );
}
