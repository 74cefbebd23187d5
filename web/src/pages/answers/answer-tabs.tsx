import { PageTabs } from '../../ui/page-tabs.tsx';

/** What the cache holds, and what it lacked, and what a judge said. */
export function AnswerTabs() {
  return (
    <PageTabs
      label="Answers"
      tabs={[
        { to: '/answers', label: 'In the cache' },
        { to: '/answers/misses', label: 'Missed' },
        { to: '/answers/judged', label: 'Judged' },
      ]}
    />
  );
}
