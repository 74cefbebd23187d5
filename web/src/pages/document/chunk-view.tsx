import type { Chunk } from '#sdk/index.ts';
import { countOf } from '../../text/counts.ts';
import { HeadingPath } from '../../ui/heading-path.tsx';
import classes from './chunk-view.module.css';

export interface ChunkViewProps {
  readonly chunk: Chunk;
  readonly number: number;
  /** The one that the address names. */
  readonly isShown: boolean;
}

/** One passage, as retrieval sees it. */
export function ChunkView({ chunk, number, isShown }: ChunkViewProps) {
  return (
    <article className={classes['root']} data-shown={isShown || undefined}>
      <div className={classes['head']}>
        <span className={classes['number']}>{number}</span>
        <HeadingPath headings={chunk.headings} page={chunk.page} />
        <span className={classes['tokens']}>{countOf(chunk.tokens, 'token')}</span>
      </div>
      <div className={classes['text']}>
        {chunk.text.split('\n\n').map((paragraph, index) => (
          <p key={index}>{paragraph}</p>
        ))}
      </div>
    </article>
  );
}
