import { ActionIcon, Tooltip } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Document } from '#sdk/index.ts';
import { countOf } from '../../text/counts.ts';
import { partsOf } from '../../text/documents.ts';
import { DocumentIcon, TrashIcon } from '../../ui/icons.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import link from '../../ui/row-link.module.css';
import classes from './document-row.module.css';
import { ForScope } from '../../ui/for-scope.tsx';

export interface DocumentRowProps {
  readonly document: Document;
  readonly onDelete: (document: Document) => void;
}

/** One document in the list. */
export function DocumentRow({ document, onDelete }: DocumentRowProps) {
  return (
    <div className={classes['root']}>
      <span className={classes['icon']}>
        <DocumentIcon />
      </span>
      <div className={classes['words']}>
        <Link
          to="/documents/$documentId"
          params={{ documentId: document.id }}
          className={`${link['cover']} ${classes['name']}`}
        >
          {document.name}
        </Link>
        <div className={classes['meta']}>
          {[...partsOf(document), ...document.tags.map((tag) => `#${tag}`)].map((part) => (
            <span key={part}>{part}</span>
          ))}
        </div>
      </div>
      <span className={classes['chunks']}>{countOf(document.chunks, 'passage')}</span>
      <span className={classes['when']}>
        <RelativeTime at={document.updatedAt} />
      </span>
      <ForScope scope="ingest">
        <Tooltip label="Delete">
          <ActionIcon
            className={classes['delete']}
            variant="subtle"
            color="gray"
            aria-label={`Delete ${document.name}`}
            onClick={() => onDelete(document)}
          >
            <TrashIcon size={17} />
          </ActionIcon>
        </Tooltip>
      </ForScope>
    </div>
  );
}
