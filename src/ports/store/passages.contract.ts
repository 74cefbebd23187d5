import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { packTerms } from '#domain/chunk-terms.ts';
import { add, chunkOf, stage, start, sweepAll, texts, visible } from './documents.contract.ts';
import type { DocumentFixture, Open } from './documents.contract.ts';
import type { IndexHistory } from './documents.ts';

/** What retrieval may rely on. */
export function passageContract(open: Open): void {
  describe('passages', () => {
    reading(open);
    history(open);
    epochs(open);
  });
}

function reading(open: Open): void {
  test('chunks are loaded in the order asked for', async (t) => {
    const { fixture, project } = await start(open, t);
    await add(fixture, project, 'a.md', [chunkOf('one', ['Top', 'Sub'], 3), chunkOf('two')]);
    const [one, two] = (await visible(fixture, project)).map((entry) => entry.chunkId);
    const loaded = await fixture.documents.passages.load(project, [two ?? 0, 999_999, one ?? 0]);
    assert.deepEqual(
      loaded.map((chunk) => [chunk.paragraphs[0]?.text, chunk.number]),
      [
        ['two', 2],
        ['one', 1],
      ],
    );
    assert.deepEqual(loaded[1]?.headings, ['Top', 'Sub']);
    assert.equal(loaded[1]?.page, 3);
    assert.equal(loaded[1]?.documentName, 'a.md');
  });

  test('the words of a chunk, of its headings and of its document are packed with it', async (t) => {
    const { fixture, project } = await start(open, t);
    await add(fixture, project, 'parking-permits.md', [chunkOf('two spaces for bicycles', ['Office'])]);
    const [entry] = await visible(fixture, project);
    const source = {
      documentName: 'parking-permits.md',
      headings: ['Office'],
      text: 'two spaces for bicycles',
    };
    assert.deepEqual([...(entry?.terms ?? [])], [...packTerms(source)]);
  });

  test('chunks of the same headings and text have the same identity, in whatever document', async (t) => {
    const { fixture, project } = await start(open, t);
    await add(fixture, project, 'a.md', [chunkOf('same', ['Top']), chunkOf('same', ['Else'])]);
    await add(fixture, project, 'b.md', [chunkOf('same', ['Top'])]);
    const [one, other, again] = (await visible(fixture, project)).map((entry) => entry.identity);
    assert.match(one ?? '', /^[0-9a-f]{16}$/);
    assert.equal(again, one);
    assert.notEqual(other, one);
  });
}

function history(open: Open): void {
  test('changes say what came and went since a version', async (t) => {
    const { fixture, project } = await start(open, t);
    await add(fixture, project, 'a.md', ['one', 'two']);
    const first = await changes(fixture, project, 0);
    assert.equal(first.version, 1);
    assert.equal(first.added.length, 2);
    assert.deepEqual([...(first.added[0]?.vector ?? [])], [3, 0.5]);

    await add(fixture, project, 'a.md', ['three']);
    await stage(fixture, project, 'b.md', ['never published']);
    const second = await changes(fixture, project, first.version);
    assert.equal(second.version, 2);
    assert.equal(second.isWhole, false);
    assert.deepEqual(
      second.removed,
      first.added.map((entry) => entry.chunkId),
    );
    assert.equal(second.added.length, 1);
    const { added, removed, next } = await changes(fixture, project, 2);
    assert.deepEqual({ added, removed, next }, { added: [], removed: [], next: null });
  });

  test('what came and went between two looks is in neither list', async (t) => {
    const { fixture, project } = await start(open, t);
    await add(fixture, project, 'a.md', ['one']);
    const id = await add(fixture, project, 'b.md', ['two']);
    await fixture.documents.remove(project, id, { now: 3_000 });
    const { version, added, removed } = await changes(fixture, project, 1);
    assert.deepEqual({ version, added, removed }, { version: 3, added: [], removed: [] });
  });

  test('who slept through a removal whose rows were swept is told to begin anew', async (t) => {
    const { fixture, project } = await start(open, t);
    await add(fixture, project, 'a.md', ['one']);
    await add(fixture, project, 'a.md', ['two']);
    await sweepAll(fixture, 0);
    const { isWhole, added } = await changes(fixture, project, 1);
    assert.equal(isWhole, true);
    assert.equal(added.length, 1);
    assert.equal((await changes(fixture, project, 2)).isWhole, false);
  });

  test('pages of changes stop at the version of the first', async (t) => {
    const { fixture, project } = await start(open, t);
    await add(fixture, project, 'a.md', ['one', 'two', 'three']);
    const { passages } = fixture.documents;
    const first = await passages.changes(project, { since: 0, epoch: 0, limit: 2 });
    assert.equal(first.added.length, 2);
    await add(fixture, project, 'b.md', ['four']);
    const rest = await passages.changes(project, {
      since: 0,
      epoch: first.statistics?.epoch ?? 0,
      limit: 2,
      upTo: first.version,
      after: first.next ?? assert.fail('there is another page'),
    });
    assert.deepEqual(
      [rest.version, rest.added.length, rest.next, rest.removed, rest.statistics],
      [1, 1, null, [], null],
    );
    assert.equal((await changes(fixture, project, 1)).added.length, 1);
  });
}

function epochs(open: Open): void {
  test('a corpus that grew by a quarter is counted anew, by the change that made it so', async (t) => {
    const { fixture, project } = await start(open, t);
    assert.equal((await changes(fixture, project, 0)).statistics, null);
    await add(fixture, project, 'a.md', [
      'badger one',
      'badger two',
      'otter',
      'mole',
      'vole',
      'toad',
      'newt',
      'hare',
    ]);
    const first = await changes(fixture, project, 0);
    assert.deepEqual(shown(first), { epoch: 1, corpusVersion: 1, chunks: 8 });

    await add(fixture, project, 'b.md', ['stoat']);
    assert.equal((await changes(fixture, project, 1, 1)).statistics, null);
    await add(fixture, project, 'c.md', ['weasel']);
    assert.deepEqual(shown(await changes(fixture, project, 1, 1)), {
      epoch: 2,
      corpusVersion: 3,
      chunks: 10,
    });
    assert.equal((await changes(fixture, project, 3, 2)).statistics, null);
  });

  test('a document that comes again with the same content moves no epoch', async (t) => {
    const { fixture, project } = await start(open, t);
    for (let i = 0; i < 10; i += 1) await add(fixture, project, 'a.md', ['badger', 'otter']);
    assert.equal((await changes(fixture, project, 0)).statistics?.epoch, 1);
  });

  test('removals and replacements count like additions', async (t) => {
    const { fixture, project } = await start(open, t);
    const id = await add(fixture, project, 'a.md', ['one', 'two', 'three']);
    await add(fixture, project, 'a.md', ['one', 'two', 'four']);
    assert.deepEqual(shown(await changes(fixture, project, 0)), { epoch: 2, corpusVersion: 2, chunks: 3 });
    await fixture.documents.remove(project, id, { now: 3_000 });
    assert.deepEqual(shown(await changes(fixture, project, 0)), { epoch: 3, corpusVersion: 3, chunks: 0 });
  });

  test('the corpus of another project counts for nothing', async (t) => {
    const { fixture, project } = await start(open, t);
    const other = (await fixture.projects.ensure('other', 1_000)).id;
    await add(fixture, project, 'a.md', ['badger', 'badger', 'badger']);
    await add(fixture, other, 'b.md', ['badger', 'otter']);
    assert.equal((await changes(fixture, other, 0)).statistics?.chunks, 2);
  });

  test('a recount begins an epoch and raises the corpus version', async (t) => {
    const { fixture, project } = await start(open, t);
    await add(fixture, project, 'a.md', ['badger']);
    await fixture.documents.recount(project, 2_000);
    assert.deepEqual(shown(await changes(fixture, project, 0)), { epoch: 2, corpusVersion: 2, chunks: 1 });
    assert.equal(await fixture.projects.corpusVersion(project), 2);
    assert.deepEqual(await texts(fixture, project), ['badger']);
  });
}

function changes(fixture: DocumentFixture, project: number, since: number, epoch = 0): Promise<IndexHistory> {
  return fixture.documents.passages.changes(project, { since, epoch, limit: 1_000 });
}

function shown({ statistics }: IndexHistory) {
  const { epoch, corpusVersion, chunks } = statistics ?? assert.fail('there are statistics');
  return { epoch, corpusVersion, chunks };
}
