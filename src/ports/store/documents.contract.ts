import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import type { StagedVersion } from '#domain/effect.ts';
import { Fault } from '#domain/fault.ts';
import type { DocumentStore, IndexEntry, StagedChunk } from './documents.ts';
import type { ProjectStore } from './projects.ts';

export interface DocumentFixture {
  readonly projects: Pick<ProjectStore, 'ensure' | 'corpusVersion'>;
  readonly documents: DocumentStore;
  /** What settling an item with a `publish` effect does. */
  publish(projectId: number, versionId: number, now: number): Promise<number>;
}

/** What every document store promises; `open` gives an empty one and cleans up by the test's own hooks. */
export function documentContract(open: Open): void {
  describe('documents', () => {
    visibility(open);
    lists(open);
    sweeping(open);
    origins(open);
    tagging(open);
    folders(open);
    changes(open);
  });
}

export type Open = (t: TestContext) => Promise<DocumentFixture>;

function visibility(open: Open): void {
  test('a staged version is invisible until it is published, then all of it is there', async (t) => {
    const { fixture, project } = await start(open, t);
    const versionId = await stage(fixture, project, 'a.md', ['badgers dig', 'otters swim']);
    assert.deepEqual(await texts(fixture, project), []);
    assert.equal(await fixture.documents.findBy(project, { name: 'a.md' }), null);
    assert.equal(await fixture.projects.corpusVersion(project), 0);

    assert.equal(await fixture.publish(project, versionId, 2_000), 1);
    assert.equal(await fixture.projects.corpusVersion(project), 1);
    const document = await fixture.documents.findBy(project, { name: 'a.md' });
    assert.equal(document?.chunks, 2);
    assert.equal(document?.tokens, 6);
    assert.equal(document?.publishedAtVersion, 1);
    assert.deepEqual(await texts(fixture, project), ['badgers dig', 'otters swim']);
  });

  test('publishing twice is publishing once', async (t) => {
    const { fixture, project } = await start(open, t);
    const versionId = await stage(fixture, project, 'a.md', ['badgers dig']);
    await fixture.publish(project, versionId, 2_000);
    assert.equal(await fixture.publish(project, versionId, 3_000), 1);
    assert.equal(await fixture.projects.corpusVersion(project), 1);
  });

  test('a new version takes the place of the old one at once', async (t) => {
    const { fixture, project } = await start(open, t);
    await add(fixture, project, 'a.md', ['badgers dig tunnels']);
    const [old] = await visible(fixture, project);
    await add(fixture, project, 'a.md', ['badgers sleep']);
    assert.deepEqual(await fixture.documents.passages.load(project, [old?.chunkId ?? 0]), []);
    assert.deepEqual(await texts(fixture, project), ['badgers sleep']);
    assert.equal((await fixture.documents.list(project, {}, { limit: 10, cursor: null })).items.length, 1);
    assert.equal(await fixture.projects.corpusVersion(project), 2);
  });

  test('a removed document is gone from sight, and removing it again says so', async (t) => {
    const { fixture, project } = await start(open, t);
    const { documents } = fixture;
    const id = await add(fixture, project, 'a.md', ['badgers dig']);
    assert.equal(await documents.remove(project, id, { now: 3_000 }), true);
    assert.equal(await documents.remove(project, id, { now: 3_000 }), false);
    assert.equal(await documents.find(project, id), null);
    assert.deepEqual(await texts(fixture, project), []);
    assert.deepEqual((await documents.passages.chunks(project, id, { limit: 10, cursor: null })).items, []);
    assert.equal(await fixture.projects.corpusVersion(project), 2);
    assert.equal(await add(fixture, project, 'a.md', ['badgers dig']), id);
  });

  test('a project never sees the documents of another', async (t) => {
    const { fixture, project } = await start(open, t);
    const { documents } = fixture;
    const other = (await fixture.projects.ensure('other', 1_000)).id;
    const versionId = await stage(fixture, project, 'a.md', ['badgers dig']);
    await rejectsWith('version_gone', fixture.publish(other, versionId, 2_000));
    await fixture.publish(project, versionId, 2_000);
    const document = await documents.findBy(project, { name: 'a.md' });
    const [entry] = await visible(fixture, project);
    assert.ok(document !== null && entry !== undefined);

    assert.deepEqual(await visible(fixture, other), []);
    assert.deepEqual(await documents.passages.load(other, [entry.chunkId]), []);
    assert.deepEqual(
      (await documents.passages.chunks(other, document.id, { limit: 10, cursor: null })).items,
      [],
    );
    assert.equal(await documents.find(other, document.id), null);
    assert.equal(await documents.findBy(other, { sha256: document.sha256 }), null);
    assert.equal(await documents.remove(other, document.id, { now: 3_000 }), false);
    assert.equal(await fixture.projects.corpusVersion(other), 0);
  });
}

function lists(open: Open): void {
  test('documents are listed newest first, page by page', async (t) => {
    const { fixture, project } = await start(open, t);
    const ids: number[] = [];
    for (const name of ['a.md', 'b.txt', 'c.md']) ids.push(await add(fixture, project, name, [name]));
    const first = await fixture.documents.list(project, {}, { limit: 2, cursor: null });
    const second = await fixture.documents.list(project, {}, { limit: 2, cursor: first.next });
    assert.deepEqual(
      [...first.items, ...second.items].map((document) => document.id),
      ids.reverse(),
    );
    assert.equal(second.next, null);
    const found = await fixture.documents.list(project, { text: '.MD' }, { limit: 10, cursor: null });
    assert.deepEqual(
      found.items.map((document) => document.name),
      ['c.md', 'a.md'],
    );
    await rejectsWith('bad_cursor', fixture.documents.list(project, {}, { limit: 2, cursor: 'x' }));
  });

  test("a document's chunks are listed in order", async (t) => {
    const { fixture, project } = await start(open, t);
    const words = Array.from({ length: 25 }, (_, i) => `chunk ${i}`);
    const versionId = await stage(fixture, project, 'a.md', words.slice(0, 20));
    await fixture.documents.stageChunks(
      versionId,
      words.slice(20).map((word) => chunkOf(word)),
    );
    await fixture.publish(project, versionId, 2_000);
    const document = await fixture.documents.findBy(project, { name: 'a.md' });
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await fixture.documents.passages.chunks(project, document?.id ?? 0, { limit: 7, cursor });
      seen.push(...page.items.map((chunk) => chunk.paragraphs[0]?.text ?? ''));
      cursor = page.next;
    } while (cursor !== null);
    assert.deepEqual(seen, words);
    assert.equal(document?.chunks, 25);
  });

  test('a document is found by its content', async (t) => {
    const { fixture, project } = await start(open, t);
    const id = await add(fixture, project, 'a.md', ['one']);
    assert.equal((await fixture.documents.findBy(project, { sha256: 'sha of a.md' }))?.id, id);
    assert.equal((await fixture.documents.find(project, id))?.answers, 0);
    await fixture.documents.remove(project, id, { now: 3_000 });
    assert.equal(await fixture.documents.findBy(project, { sha256: 'sha of a.md' }), null);
  });
}

function origins(open: Open): void {
  test('of two uploads of one name the later stays, whichever is published first', async (t) => {
    const { fixture, project } = await start(open, t);
    const older = await stage(fixture, project, 'a.md', ['older'], 1_500, { itemId: 1, sha256: 'old' });
    const later = await stage(fixture, project, 'a.md', ['later'], 1_500, { itemId: 2, sha256: 'new' });
    await fixture.publish(project, later, 2_000);
    await rejectsWith('superseded', fixture.publish(project, older, 3_000));
    assert.deepEqual(await texts(fixture, project), ['later']);
    assert.equal((await fixture.documents.findBy(project, { name: 'a.md' }))?.itemId, 2);
  });

  test('the same bytes are not published under a second name, but replace what has that name', async (t) => {
    const { fixture, project } = await start(open, t);
    await add(fixture, project, 'b.md', ['other']);
    const [first, second, third] = [
      await stage(fixture, project, 'a.md', ['one'], 1_500, { sha256: 'same' }),
      await stage(fixture, project, 'c.md', ['one'], 1_500, { sha256: 'same' }),
      await stage(fixture, project, 'b.md', ['one'], 1_500, { sha256: 'same' }),
    ];
    await fixture.publish(project, first, 2_000);
    await rejectsWith('same_content', fixture.publish(project, second, 3_000));
    await fixture.publish(project, third, 4_000);
    const other = (await fixture.projects.ensure('other', 1_000)).id;
    const theirs = await stage(fixture, other, 'd.md', ['one'], 1_500, { sha256: 'same' });
    await fixture.publish(other, theirs, 5_000);
  });

  test('a chunk of the same text keeps the vector that the same model made', async (t) => {
    const { fixture, project } = await start(open, t);
    const { documents } = fixture;
    await add(fixture, project, 'a.md', [chunkOf('badgers dig', ['Animals']), chunkOf('otters swim')]);
    const asked = [chunkOf('otters swim'), chunkOf('badgers dig'), chunkOf('badgers dig', ['Animals'])];
    const known = await documents.knownVectors(project, 'lexical-1', asked);
    assert.deepEqual(known, [Float32Array.of(11, 0.5), null, Float32Array.of(11, 0.5)]);
    assert.deepEqual(await documents.knownVectors(project, 'another', asked), [null, null, null]);
    const other = (await fixture.projects.ensure('other', 1_000)).id;
    assert.deepEqual(await documents.knownVectors(other, 'lexical-1', asked), [null, null, null]);
    assert.deepEqual(await documents.knownVectors(project, 'lexical-1', []), []);
  });
}

function tagging(open: Open): void {
  test('tags come into sight with their version, and stay when the next one brings none', async (t) => {
    const { fixture, project } = await start(open, t);
    const { documents } = fixture;
    const versionId = await stage(fixture, project, 'a.md', ['one'], 1_500, { tags: ['hr', 'leave'] });
    assert.deepEqual(await documents.tags(project), []);
    await fixture.publish(project, versionId, 2_000);
    const id = await add(fixture, project, 'a.md', ['two']);
    await add(fixture, project, 'b.md', ['three']);
    assert.deepEqual((await documents.find(project, id))?.tags, ['hr', 'leave']);
    const found = await documents.list(project, { tag: 'hr' }, { limit: 10, cursor: null });
    assert.deepEqual(
      found.items.map((document) => document.id),
      [id],
    );
    assert.deepEqual(await documents.tags(project), [
      { tag: 'hr', documents: 1 },
      { tag: 'leave', documents: 1 },
    ]);
  });

  test('other tags raise the corpus version, the same ones do not; a removed document has none', async (t) => {
    const { fixture, project } = await start(open, t);
    const { documents } = fixture;
    const id = await add(fixture, project, 'a.md', ['one']);
    assert.equal(await documents.setTags(project, id, { tags: ['hr'], now: 2_000 }), true);
    assert.equal(await documents.setTags(project, id, { tags: ['hr'], now: 2_000 }), true);
    assert.equal(await fixture.projects.corpusVersion(project), 2);
    const other = (await fixture.projects.ensure('other', 1_000)).id;
    assert.equal(await documents.setTags(other, id, { tags: ['theirs'], now: 2_000 }), false);
    await documents.remove(project, id, { now: 3_000 });
    assert.equal(await documents.setTags(project, id, { tags: ['late'], now: 2_000 }), false);
    assert.deepEqual(await documents.tags(project), []);
  });
}

function folders(open: Open): void {
  test('the documents of a folder are those whose names begin so, page by page and of one project', async (t) => {
    const { fixture, project } = await start(open, t);
    const { documents } = fixture;
    const ids: number[] = [];
    for (const name of ['a_/1.md', 'a_/é.md', 'a_b/1.md', 'ab/1.md', 'b.md'])
      ids.push(await add(fixture, project, name, [name]));
    const first = await documents.manifest(project, { prefix: 'a_/', after: 0, limit: 1 });
    assert.deepEqual(first, [{ id: ids[0], name: 'a_/1.md', sha256: 'sha of a_/1.md' }]);
    const second = await documents.manifest(project, { prefix: 'a_/', after: ids[0] ?? 0, limit: 5 });
    assert.deepEqual(
      second.map(({ name }) => name),
      ['a_/é.md'],
    );
    await documents.remove(project, ids[4] ?? 0, { now: 3_000 });
    assert.equal((await documents.manifest(project, { prefix: '', after: 0, limit: 9 })).length, 4);
    const other = (await fixture.projects.ensure('other', 1_000)).id;
    assert.deepEqual(await documents.manifest(other, { prefix: '', after: 0, limit: 9 }), []);
    const held = await documents.holding(project, ['sha of ab/1.md', 'sha of b.md', 'another']);
    assert.deepEqual(held, [{ id: ids[3], name: 'ab/1.md', sha256: 'sha of ab/1.md' }]);
    assert.deepEqual(await documents.holding(other, ['sha of ab/1.md']), []);
    assert.deepEqual(await documents.holding(project, []), []);
  });
}

function changes(open: Open): void {
  test('what became of a document is told by corpus version, also when its rows were swept', async (t) => {
    const { fixture, project } = await start(open, t);
    const { documents } = fixture;
    const a = await add(fixture, project, 'a.md', ['one']);
    const b = await add(fixture, project, 'b.md', ['two']);
    await add(fixture, project, 'a.md', ['three']);
    await documents.remove(project, a, { now: 3_000 });
    await sweepAll(fixture, 9_000);
    const changed = async (documentIds: readonly number[], after = 0, upTo = 9, limit = 9) =>
      (await documents.changed(project, { documentIds, after, upTo, limit })).map(
        ({ corpusVersion, name, kind }) => `${corpusVersion} ${name} ${kind}`,
      );
    assert.deepEqual(await changed([a, b]), [
      '4 a.md removed',
      '3 a.md changed',
      '2 b.md added',
      '1 a.md added',
    ]);
    assert.deepEqual(await changed([a], 1, 3), ['3 a.md changed']);
    assert.deepEqual(await changed([a, b], 0, 9, 1), ['4 a.md removed']);
    assert.deepEqual(await changed([]), []);
    const other = (await fixture.projects.ensure('other', 1_000)).id;
    const theirs = await documents.changed(other, { documentIds: [a], after: 0, upTo: 9, limit: 9 });
    assert.deepEqual(theirs, []);
  });
}

function sweeping(open: Open): void {
  test('the sweep takes what nobody sees, in steps, and nothing else', async (t) => {
    const { fixture, project } = await start(open, t);
    const words = Array.from({ length: 10 }, (_, i) => `badger ${i}`);
    await add(fixture, project, 'a.md', words);
    await add(fixture, project, 'a.md', ['badger visible']);
    const stale = await stage(fixture, project, 'b.md', ['badger stale'], 1_000);
    const fresh = await stage(fixture, project, 'c.md', ['badger fresh'], 5_000);

    assert.equal(await fixture.documents.sweep(4_000, 3), false);
    await sweepAll(fixture, 4_000);
    assert.deepEqual(await texts(fixture, project), ['badger visible']);
    await rejectsWith('version_gone', fixture.publish(project, stale, 6_000));
    await rejectsWith('version_gone', fixture.documents.stageChunks(stale, [chunkOf('late')]));
    await fixture.publish(project, fresh, 6_000);
    assert.deepEqual(await texts(fixture, project), ['badger visible', 'badger fresh']);
  });

  test('nothing is written into a version that is published', async (t) => {
    const { fixture, project } = await start(open, t);
    const versionId = await stage(fixture, project, 'a.md', ['one']);
    await fixture.publish(project, versionId, 2_000);
    await rejectsWith('version_gone', fixture.documents.stageChunks(versionId, [chunkOf('late')]));
  });
}

export async function start(
  open: Open,
  t: TestContext,
): Promise<{ fixture: DocumentFixture; project: number }> {
  const fixture = await open(t);
  return { fixture, project: (await fixture.projects.ensure('default', 1_000)).id };
}

export async function stage(
  fixture: DocumentFixture,
  projectId: number,
  name: string,
  chunks: readonly (string | StagedChunk)[],
  now = 1_500,
  changes: Partial<StagedVersion['document']> = {},
): Promise<number> {
  const document: StagedVersion['document'] = {
    name,
    mediaType: 'text/markdown',
    bytes: 100,
    sha256: `sha of ${name}`,
    pages: null,
    itemId: 0,
    embedder: 'lexical-1',
    tags: null,
    ...changes,
  };
  const versionId = await fixture.documents.stage(projectId, document, now);
  await fixture.documents.stageChunks(
    versionId,
    chunks.map((chunk) => (typeof chunk === 'string' ? chunkOf(chunk) : chunk)),
  );
  return versionId;
}

/** Stages and publishes; gives the document's id. */
export async function add(
  fixture: DocumentFixture,
  projectId: number,
  name: string,
  chunks: readonly (string | StagedChunk)[],
): Promise<number> {
  await fixture.publish(projectId, await stage(fixture, projectId, name, chunks), 2_000);
  return (await fixture.documents.findBy(projectId, { name }))?.id ?? assert.fail(`${name} is not visible`);
}

export function chunkOf(
  text: string,
  headings: readonly string[] = [],
  page: number | null = null,
): StagedChunk {
  const paragraphs = [{ hash: 'a0a0a0a0a0a0a0a0', text }];
  return { headings, page, paragraphs, tokens: 3, vector: Float32Array.of(text.length, 0.5) };
}

/** All that an index would be fed with, by id. */
export async function visible(fixture: DocumentFixture, projectId: number): Promise<readonly IndexEntry[]> {
  return (await fixture.documents.passages.changes(projectId, { since: 0, epoch: 0, limit: 1_000 })).added;
}

/** The first paragraph of each visible chunk, by id. */
export async function texts(fixture: DocumentFixture, projectId: number): Promise<string[]> {
  const ids = (await visible(fixture, projectId)).map((entry) => entry.chunkId);
  const chunks = await fixture.documents.passages.load(projectId, ids);
  return chunks.map((chunk) => chunk.paragraphs[0]?.text ?? '');
}

export async function sweepAll(fixture: DocumentFixture, before: number): Promise<void> {
  for (let step = 0; step < 100; step += 1) if (await fixture.documents.sweep(before, 3)) return;
  assert.fail('the sweep never ends');
}

async function rejectsWith(code: string, promise: Promise<unknown>): Promise<void> {
  await assert.rejects(promise, (error) => error instanceof Fault && error.code === code);
}
