import { useQuery } from '@tanstack/react-query';
import { useClient } from '../../app/client.tsx';
import { statsQuery } from '../../data/system.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { DocumentIcon } from '../../ui/icons.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import classes from './ask-page.module.css';
import { QuestionList } from './question-list.tsx';

const MOST = 8;

/** Before the first question: some that are warm already, or what is missing for an answer. */
export function AskStart() {
  const client = useClient();
  const { data: stats } = useQuery(statsQuery(client));
  const { data: warm } = useQuery({
    queryKey: ['answers', 'to try'],
    queryFn: ({ signal }) => client.answers.list({ limit: MOST, found: true }, { signal }),
  });
  if (stats?.documents.total === 0) {
    return (
      <EmptyState
        icon={<DocumentIcon />}
        title="Answers are made from documents"
        action={<LinkButton to="/documents">Add documents</LinkButton>}
      >
        There are none yet. Drop some in, or try the sample handbook, and ask about them here.
      </EmptyState>
    );
  }
  if (warm === undefined || warm.items.length === 0) return null;
  return (
    <section className={classes['start']}>
      <h2 className={classes['aside-title']}>Warm already, answered at once</h2>
      <QuestionList questions={warm.items.map(({ question, found }) => ({ question, found }))} />
    </section>
  );
}
