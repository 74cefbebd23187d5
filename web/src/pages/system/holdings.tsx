import type { Stats } from '#sdk/index.ts';
import { countOf, fullCount } from '../../text/counts.ts';
import { Facts } from '../../ui/facts.tsx';
import { Panel } from '../../ui/panel.tsx';

/** How much is in the store. */
export function Holdings({ stats }: { readonly stats: Stats }) {
  const { queue, answers, documents } = stats;
  return (
    <Panel title="In the store">
      <Facts
        facts={[
          {
            name: 'Documents',
            value: `${fullCount(documents.total)}, in ${countOf(documents.chunks, 'passage')}`,
          },
          { name: 'Answers', value: `${fullCount(answers.total)}, ${fullCount(answers.expired)} expired` },
          { name: 'Open batches', value: fullCount(queue.batchesOpen) },
          {
            name: 'Items',
            value: `${fullCount(queue.pending)} waiting, ${fullCount(queue.processing)} running`,
          },
          { name: 'Dead letters', value: fullCount(queue.deadLetters) },
        ]}
      />
    </Panel>
  );
}
