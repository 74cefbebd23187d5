import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DocumentStore } from './documents.ts';
import type { EmbedderStore } from './embedders.ts';
import type { ProjectStore } from './projects.ts';

export interface EmbedderFixture {
  readonly documents: DocumentStore;
  readonly embedders: EmbedderStore;
  readonly projects: Pick<ProjectStore, 'ensure' | 'corpusVersion'>;
  /** Publishes a version, in a transaction of its own. */
  publish(projectId: number, versionId: number, now: number): Promise<void>;
  close(): Promise<void>;
}

const OLD = 'lexical-1';
const NEXT = { name: 'openai:small', reach: '{"baseUrl":"http://model"}' };
const vectorOf = (...values: number[]): Float32Array => Float32Array.from(values);

/** What every store must do when the embedder of an index is changed. */
export function embeddersContract(name: string, open: () => Promise<EmbedderFixture>): void {
  const fact = (title: string, check: (fixture: EmbedderFixture, project: number) => Promise<void>) =>
    test(`${name}: ${title}`, async () => {
      const fixture = await open();
      try {
        const { id } = await fixture.projects.ensure('default', 1_000);
        await check(fixture, id);
      } finally {
        await fixture.close();
      }
    });

  async function add(fixture: EmbedderFixture, project: number, file: string, embedder = OLD): Promise<void> {
    const version = await fixture.documents.stage(
      project,
      {
        name: file,
        mediaType: 'text/plain',
        bytes: 1,
        sha256: file,
        pages: null,
        itemId: 1,
        embedder,
        tags: null,
      },
      1_000,
    );
    const chunk = (text: string) => ({
      headings: [],
      page: null,
      paragraphs: [{ hash: text, text }],
      tokens: 1,
      vector: vectorOf(1, 0),
    });
    await fixture.documents.stageChunks(version, [chunk(`${file} one`), chunk(`${file} two`)]);
    await fixture.publish(project, version, 1_000);
  }

  async function reindex({ embedders }: EmbedderFixture, project: number): Promise<number> {
    let made = 0;
    for (const { documentId } of await embedders.lacking(project, NEXT.name, { after: 0, limit: 10 })) {
      const chunks = await embedders.chunksLacking(project, documentId, NEXT.name, 10);
      made += chunks.length;
      const vectors = chunks.map(({ id: chunkId }) => ({ chunkId, vector: vectorOf(0, 0, 1) }));
      await embedders.putVectors(NEXT.name, vectors);
    }
    return made;
  }

  fact('an index without documents takes any embedder at once', async ({ embedders }, project) => {
    assert.equal(await embedders.serving(project), null);
    assert.equal(await embedders.serve(project, NEXT), true);
    assert.deepEqual(await embedders.serving(project), NEXT);
  });

  fact(
    'another embedder serves only when no chunk lacks its vector, and then all at once',
    async (t, project) => {
      await t.embedders.serve(project, { name: OLD, reach: null });
      await add(t, project, 'a.txt');
      await add(t, project, 'b.txt');
      const before = await t.projects.corpusVersion(project);
      assert.equal(await t.embedders.serve(project, NEXT), false);
      const [first, second] = await t.embedders.lacking(project, NEXT.name, { after: 0, limit: 10 });
      assert.deepEqual([first?.name, second?.name], ['a.txt', 'b.txt']);
      assert.equal(await reindex(t, project), 4);
      const held = await t.documents.passages.changes(project, { since: before, epoch: 0, limit: 10 });
      assert.deepEqual([held.isWhole, held.added.length], [false, 0], 'the old index serves meanwhile');
      await add(t, project, 'c.txt');
      assert.equal(await t.embedders.serve(project, NEXT), false, 'a document came meanwhile');
      assert.equal(await reindex(t, project), 2);
      assert.equal(await t.embedders.serve(project, NEXT), true);
      const now = await t.projects.corpusVersion(project);
      const moved = await t.documents.passages.changes(project, { since: now - 1, epoch: 0, limit: 10 });
      assert.deepEqual([moved.isWhole, moved.version, moved.added.length], [true, now, 6]);
      assert.ok(moved.added.every(({ vector }) => vector.length === 3 && vector[2] === 1));
    },
  );

  fact('what was embedded for the index that was is refused by the one that is', async (t, project) => {
    await t.embedders.serve(project, NEXT);
    await assert.rejects(add(t, project, 'late.txt', OLD), { code: 'embedder_changed' });
    await add(t, project, 'right.txt', NEXT.name);
  });

  fact('vectors that a re-index made are known when the same text comes again', async (t, project) => {
    await t.embedders.serve(project, { name: OLD, reach: null });
    await add(t, project, 'a.txt');
    await reindex(t, project);
    const text = 'a.txt one';
    const chunk = { headings: [], page: null, paragraphs: [{ hash: text, text }], tokens: 1 };
    const [known] = await t.documents.knownVectors(project, NEXT.name, [chunk]);
    assert.deepEqual([...(known ?? [])], [0, 0, 1]);
  });

  fact('another project is not touched', async (t, project) => {
    const other = (await t.projects.ensure('other', 1_000)).id;
    await t.embedders.serve(other, { name: OLD, reach: null });
    await add(t, other, 'theirs.txt');
    assert.equal(await t.embedders.serve(project, NEXT), true);
    assert.deepEqual(await t.embedders.serving(other), { name: OLD, reach: null });
    assert.deepEqual(await t.embedders.lacking(project, NEXT.name, { after: 0, limit: 10 }), []);
  });
}
