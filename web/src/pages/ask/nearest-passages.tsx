import { useQuery } from '@tanstack/react-query';
import type { PassageFilter } from '#sdk/index.ts';
import { useClient } from '../../app/client.tsx';
import { searchKeepingTo } from '../../data/passage-filter.ts';
import { HeadingPath } from '../../ui/heading-path.tsx';
import type { ShownCitation } from '../../ui/passage-drawer.tsx';
import answerClasses from './answer-view.module.css';
import classes from './nearest-passages.module.css';

const MOST = 3;

export interface NearestPassagesProps {
  readonly question: string;
  readonly filter: PassageFilter | null;
  readonly onOpen: (passage: ShownCitation) => void;
}

/** What came closest to a question without an answer: enough to see what is missing. */
export function NearestPassages({ question, filter, onOpen }: NearestPassagesProps) {
  const client = useClient();
  const { data } = useQuery({
    queryKey: ['nearest', question, filter],
    queryFn: ({ signal }) =>
      client.documents.search({ q: question, limit: MOST, ...searchKeepingTo(filter) }, { signal }),
  });
  if (data === undefined || data.items.length === 0) return null;
  return (
    <section className={answerClasses['sources']}>
      <h2 className={answerClasses['title']}>What came closest, and was not enough</h2>
      <ul className={classes['list']}>
        {data.items.map((passage) => (
          <li key={passage.id} className={classes['passage']}>
            <button
              type="button"
              className={classes['open']}
              onClick={() =>
                onOpen({ ...passage, chunkId: passage.id, quote: '', paragraph: passage.paragraphs[0] ?? '' })
              }
            >
              {passage.document}
            </button>
            <HeadingPath headings={passage.headings} page={passage.page} />
            <p className={classes['text']}>{passage.text}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}
