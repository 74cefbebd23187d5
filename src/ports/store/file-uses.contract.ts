import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { factsOf } from './facts.contract.ts';
import type { OpenStore } from './facts.contract.ts';
import { claim, completed, draft, failed, NOW } from './samples.ts';

/** What keeps an uploaded file needed: the same in every store. */
export function fileUsesContract(name: string, open: OpenStore): void {
  describe(`uses of files: ${name}`, () => {
    const fact = factsOf(open);

    fact(
      'a file is needed by items that may still read it, and by the document that is visible',
      async (test) => {
        const { store, projectId } = test;
        const payloads = ['waits', 'fails', 'ends'].map((sha256) => ({ payload: { name: sha256, sha256 } }));
        await store.intake.submit(draft(projectId, { workload: 'documents' }), payloads, null, NOW);
        await store.intake.submit(draft(projectId), [{ payload: { sha256: 'of other work' } }], null, NOW);
        const items = (await claim(test, 3)).filter(({ workload }) => workload === 'documents');
        const itemOf = (sha256: string) => items.find(({ payload }) => payload['sha256'] === sha256);
        const [fails, ends] = [itemOf('fails'), itemOf('ends')];
        assert.ok(fails !== undefined && ends !== undefined);
        const versionId = await store.documents.stage(
          projectId,
          {
            name: 'ends',
            mediaType: 'text/plain',
            bytes: 1,
            sha256: 'ends',
            pages: null,
            itemId: ends.id,
            embedder: '',
            tags: null,
          },
          NOW,
        );
        const done = completed(ends);
        await store.items.settle(
          [
            failed(fails),
            {
              ...done,
              outcome: {
                kind: 'completed',
                result: null,
                effects: [{ kind: 'publish', projectId, versionId }],
              },
            },
          ],
          NOW,
        );
        const asked = ['waits', 'fails', 'ends', 'of other work', 'of nobody'];
        const uses = await store.documents.fileUses(asked);
        assert.deepEqual(
          uses.toSorted((a, b) => asked.indexOf(a.sha256) - asked.indexOf(b.sha256)),
          [
            { sha256: 'waits', isOpen: true, isVisible: false },
            { sha256: 'fails', isOpen: true, isVisible: false },
            { sha256: 'ends', isOpen: false, isVisible: true },
          ],
        );
        assert.deepEqual(await store.documents.fileUses(['of nobody']), []);
      },
    );
  });
}
