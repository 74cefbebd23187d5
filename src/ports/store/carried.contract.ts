import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Answer, NewAnswer } from '#domain/answer.ts';
import type { Carry } from '#domain/effect.ts';
import { answerOf } from './answers.contract.ts';
import type { ComingChange, CorpusChange } from './carried.ts';
import type { Store } from './store.ts';

export interface CarriedFixture {
  readonly store: Store;
  /** What settling an item with a `publish` effect does. */
  publish(version: PublishedVersion, now: number): Promise<number>;
  close(): Promise<void>;
}

export interface PublishedVersion {
  readonly projectId: number;
  readonly versionId: number;
  readonly carry?: Carry | null;
}

const EMBEDDER = 'lexical-1';
const PAGE = { limit: 100, cursor: null };
const vectorOf = (...values: number[]): Float32Array => Float32Array.from(values);

/** A project with so many chunks that a change of one begins no epoch, and answers about them. */
class Corpus {
  readonly fixture: CarriedFixture;
  readonly projectId: number;
  #items = 0;

  private constructor(fixture: CarriedFixture, projectId: number) {
    this.fixture = fixture;
    this.projectId = projectId;
  }

  static async open(fixture: CarriedFixture, name = 'default'): Promise<Corpus> {
    const { store } = fixture;
    const { id } = await store.projects.ensure(name, 1_000);
    await store.embedders.serve(id, { name: EMBEDDER, reach: null });
    const corpus = new Corpus(fixture, id);
    const texts = Array.from({ length: 16 }, (_, n) => `paragraph ${n}`);
    await corpus.publish(await corpus.stage('base.md', texts), null);
    return corpus;
  }

  get store(): Store {
    return this.fixture.store;
  }

  version(): Promise<number> {
    return this.store.projects.corpusVersion(this.projectId);
  }

  async stage(name: string, texts: readonly string[]): Promise<number> {
    this.#items += 1;
    const rest = { mediaType: 'text/plain', bytes: 1, pages: null, embedder: EMBEDDER, tags: null };
    const document = { name, sha256: `${name}${this.#items}`, itemId: this.#items, ...rest };
    const versionId = await this.store.documents.stage(this.projectId, document, 1_000);
    const chunks = texts.map((text) => ({
      headings: ['Top'],
      page: null,
      paragraphs: [{ hash: text, text }],
      tokens: 1,
      vector: vectorOf(1, 0),
    }));
    await this.store.documents.stageChunks(versionId, chunks);
    return versionId;
  }

  publish(versionId: number, carry: Carry | null, now = 2_000): Promise<number> {
    return this.fixture.publish({ projectId: this.projectId, versionId, carry }, now);
  }

  async put(key: string, fields: Partial<NewAnswer> = {}): Promise<Answer> {
    const { epoch, corpusVersion } = await this.store.carried.state(this.projectId);
    const evidence = { ...answerOf().evidence, epoch };
    const asked = { embedder: EMBEDDER, vector: vectorOf(0.6, 0.8) };
    const { projectId } = this;
    await this.store.answers.put(
      answerOf({ projectId, key, question: key, evidence, corpusVersion, asked, ...fields }),
      null,
    );
    return this.answer(key);
  }

  async answer(key: string): Promise<Answer> {
    return (await this.store.answers.findByKey(this.projectId, key)) ?? assert.fail(`no answer ${key}`);
  }

  /** What a probe finds that looked at all that is enrolled now. */
  async probe(suspects: readonly number[], before: number | null): Promise<Carry> {
    await this.store.carried.enrol(this.projectId);
    const { epoch, enrolment } = await this.store.carried.state(this.projectId);
    return { epoch, enrolment, before, tags: before === null ? null : [], suspects };
  }

  async visibleVersion(name: string): Promise<number | null> {
    const found = await this.store.documents.findBy(this.projectId, { name });
    const difference = await this.store.carried.difference(this.projectId, { documentId: found?.id ?? 0 });
    return difference?.before ?? null;
  }

  async isFresh(key: string): Promise<boolean> {
    return (await this.answer(key)).corpusVersion === (await this.version());
  }

  async changes(): Promise<readonly CorpusChange[]> {
    return (await this.store.carried.changes(this.projectId, {}, PAGE)).items;
  }
}

/** What every store promises of the answers that are carried along. */
export function carriedContract(name: string, open: () => Promise<CarriedFixture>): void {
  const fact = (title: string, check: (corpus: Corpus) => Promise<void>) =>
    test(`${name}: ${title}`, async () => {
      const fixture = await open();
      try {
        await check(await Corpus.open(fixture));
      } finally {
        await fixture.close();
      }
    });
  carrying(fact);
  dropping(fact);
  reading(fact);
  telling(fact);
}

type Fact = (title: string, check: (corpus: Corpus) => Promise<void>) => unknown;

function carrying(fact: Fact): void {
  fact('a change carries all but its suspects, which stand where they were carried to', async (corpus) => {
    await corpus.put('calm');
    const { id } = await corpus.put('touched');
    await corpus.publish(await corpus.stage('new.md', ['one']), await corpus.probe([], null));
    assert.deepEqual([await corpus.isFresh('calm'), await corpus.isFresh('touched')], [true, true]);
    await corpus.publish(await corpus.stage('newer.md', ['two']), await corpus.probe([id], null));
    assert.deepEqual([await corpus.isFresh('calm'), await corpus.isFresh('touched')], [true, false]);
    assert.equal((await corpus.answer('touched')).corpusVersion, (await corpus.version()) - 1);
    const { suspect } = await corpus.store.answers.stats(corpus.projectId, 1_500);
    assert.equal(suspect, 1);
  });

  fact('a suspect that is confirmed, or made again, is carried again', async (corpus) => {
    const kept = await corpus.put('kept');
    const made = await corpus.put('made');
    await corpus.publish(await corpus.stage('a.md', ['one']), await corpus.probe([kept.id, made.id], null));
    const { epoch, corpusVersion } = await corpus.store.carried.state(corpus.projectId);
    const { asked } = answerOf({ asked: { embedder: EMBEDDER, vector: vectorOf(0.6, 0.8) } });
    const found = { corpusVersion, epoch, floor: 0.4, asked: asked ?? null };
    assert.equal(await corpus.store.answers.confirm(await corpus.answer('kept'), found), true);
    await corpus.put('made');
    const carry = await corpus.probe([], null);
    assert.equal((await corpus.store.carried.state(corpus.projectId)).carried, 2);
    await corpus.publish(await corpus.stage('b.md', ['two']), carry);
    assert.deepEqual([await corpus.isFresh('kept'), await corpus.isFresh('made')], [true, true]);
  });

  fact(
    'an answer that was carried since it was looked at is confirmed, and at no older version',
    async (corpus) => {
      const looked = await corpus.put('a');
      await corpus.publish(await corpus.stage('a.md', ['one']), await corpus.probe([], null));
      const at = { epoch: 1, floor: null, asked: null };
      const { answers } = corpus.store;
      assert.equal(await answers.confirm(looked, { ...at, corpusVersion: looked.corpusVersion }), false);
      assert.equal(await answers.confirm(looked, { ...at, corpusVersion: await corpus.version() }), true);
      assert.equal(await corpus.isFresh('a'), true);
    },
  );

  fact(
    'a missed question is warm while its answer is carried, and cold when a change touched that',
    async (corpus) => {
      const { store, projectId } = corpus;
      for (const key of ['calm', 'touched'])
        await store.misses.count(projectId, [{ key, question: key, misses: 1 }], 1_000);
      await corpus.put('calm');
      const { id } = await corpus.put('touched');
      await corpus.publish(await corpus.stage('new.md', ['one']), await corpus.probe([id], null));
      const { items } = await store.misses.list(projectId, {}, { ...PAGE, now: 1_500 });
      assert.deepEqual(
        items.map(({ question, state }) => [question, state]),
        [
          ['touched', 'cold'],
          ['calm', 'warm'],
        ],
      );
    },
  );

  fact('other tags drop what the look found, and everything without one', async (corpus) => {
    const { store, projectId } = corpus;
    const suspect = await corpus.put('a', { filter: { documents: [], tags: ['new'] } });
    await corpus.put('b');
    const base = await store.documents.findBy(projectId, { name: 'base.md' });
    const before = await corpus.visibleVersion('base.md');
    const carry = await corpus.probe([suspect.id], before);
    const id = base?.id ?? 0;
    await store.documents.setTags(projectId, id, { tags: ['new'], carry, now: 2_000 });
    assert.deepEqual([await corpus.isFresh('a'), await corpus.isFresh('b')], [false, true]);
    const [change] = await corpus.changes();
    assert.deepEqual([change?.kind, change?.reach, change?.touched], ['tagged', 'probed', 1]);
    await store.documents.setTags(projectId, id, { tags: [], now: 2_000 });
    assert.equal(await corpus.isFresh('b'), false);
  });

  fact('what was found under other tags of the document carries nothing', async (corpus) => {
    const { store, projectId } = corpus;
    await corpus.put('a');
    const base = await store.documents.findBy(projectId, { name: 'base.md' });
    const carry = await corpus.probe([], await corpus.visibleVersion('base.md'));
    const between = { ...carry, suspects: [] };
    await store.documents.setTags(projectId, base?.id ?? 0, { tags: ['x'], carry: between, now: 2_000 });
    assert.equal(await corpus.isFresh('a'), true);
    await corpus.publish(await corpus.stage('base.md', ['other words']), carry);
    assert.equal(await corpus.isFresh('a'), false);
  });

  fact('an enrolled answer comes with its filter', async (corpus) => {
    const { store, projectId } = corpus;
    const filter = { documents: [3], tags: ['hr', 'Büro'] };
    await corpus.put('a', { filter });
    assert.deepEqual((await corpus.answer('a')).filter, filter);
    await store.carried.enrol(projectId);
    const { enrolment } = await store.carried.state(projectId);
    const page = { after: 0, upTo: enrolment, afterId: 0, limit: 10 };
    const enrolled = await store.carried.enrolled(projectId, page);
    assert.deepEqual(
      enrolled.map((answer) => answer.filter),
      [filter],
    );
  });

  fact('the difference has the tags of both sides', async (corpus) => {
    const { store, projectId } = corpus;
    const sides = async (change: ComingChange) => {
      const { tags, isOfTags, isWhole, chunks } =
        (await store.carried.difference(projectId, change)) ?? assert.fail('there is no difference');
      return { ...tags, isOfTags, isWhole, chunks: chunks.length };
    };
    const { id: documentId } =
      (await store.documents.findBy(projectId, { name: 'base.md' })) ?? assert.fail('there is no base.md');
    const [isOfTags, isWhole, chunks] = [false, true, 16];
    const tagged = await sides({ documentId, tags: ['hr'] });
    assert.deepEqual(tagged, { before: [], after: ['hr'], isOfTags: true, isWhole, chunks });
    await store.documents.setTags(projectId, documentId, { tags: ['hr'], now: 2_000 });
    assert.deepEqual(await sides({ documentId }), { before: ['hr'], after: null, isOfTags, isWhole, chunks });
    const replaced = await sides({ versionId: await corpus.stage('base.md', ['paragraph 0']) });
    assert.deepEqual(replaced, { before: ['hr'], after: ['hr'], isOfTags, isWhole: false, chunks: 15 });
    const added = await sides({ versionId: await corpus.stage('new.md', ['one']) });
    assert.deepEqual(added, { before: null, after: [], isOfTags, isWhole, chunks: 1 });
  });
}

function dropping(fact: Fact): void {
  fact('a change that nobody looked at drops everything', async (corpus) => {
    await corpus.put('a');
    await corpus.store.carried.enrol(corpus.projectId);
    await corpus.publish(await corpus.stage('new.md', ['one']), null);
    assert.equal(await corpus.isFresh('a'), false);
  });

  fact('what was stored or enrolled after the look is dropped', async (corpus) => {
    await corpus.put('before');
    const carry = await corpus.probe([], null);
    await corpus.put('later');
    await corpus.store.carried.enrol(corpus.projectId);
    await corpus.put('last');
    await corpus.publish(await corpus.stage('new.md', ['one']), carry);
    const fresh = ['before', 'later', 'last'].map((key) => corpus.isFresh(key));
    assert.deepEqual(await Promise.all(fresh), [true, false, false]);
  });

  fact('what was replaced after the look is dropped', async (corpus) => {
    await corpus.put('a');
    const carry = await corpus.probe([], null);
    await corpus.put('a', { text: 'anew', createdAt: 1_100 });
    await corpus.publish(await corpus.stage('new.md', ['one']), carry);
    assert.equal(await corpus.isFresh('a'), false);
  });

  fact('a look at another version of the document, or in another epoch, carries nothing', async (corpus) => {
    await corpus.put('a');
    const carry = await corpus.probe([], null);
    await corpus.publish(await corpus.stage('a.md', ['one']), { ...carry, before: 99 });
    assert.equal(await corpus.isFresh('a'), false);
    await corpus.put('a', { createdAt: 1_100 });
    const again = await corpus.probe([], null);
    await corpus.publish(await corpus.stage('b.md', ['one']), { ...again, epoch: again.epoch - 1 });
    assert.equal(await corpus.isFresh('a'), false);
  });

  fact('a new epoch drops everything', async (corpus) => {
    await corpus.put('a');
    const many = await corpus.stage(
      'many.md',
      Array.from({ length: 16 }, (_, n) => `other ${n}`),
    );
    await corpus.publish(many, await corpus.probe([], null));
    assert.equal(await corpus.isFresh('a'), false);
    await corpus.put('a', { createdAt: 1_100 });
    await corpus.store.carried.enrol(corpus.projectId);
    await corpus.store.documents.recount(corpus.projectId, 3_000);
    assert.equal(await corpus.isFresh('a'), false);
    const reaches = (await corpus.changes()).map(({ reach, kind }) => `${kind} ${reach}`);
    assert.deepEqual(reaches.slice(0, 2), ['recounted epoch', 'added epoch']);
  });

  fact(
    'another embedder drops everything, and what it dropped never comes back by itself',
    async (corpus) => {
      await corpus.put('a');
      await corpus.store.carried.enrol(corpus.projectId);
      const { embedders, documents } = corpus.store;
      const { items } = await documents.list(corpus.projectId, {}, PAGE);
      for (const { id } of items) {
        const chunks = await embedders.chunksLacking(corpus.projectId, id, 'next', 100);
        await embedders.putVectors(
          'next',
          chunks.map((chunk) => ({ chunkId: chunk.id, vector: vectorOf(1) })),
        );
      }
      assert.equal(await embedders.serve(corpus.projectId, { name: 'next', reach: null }), true);
      assert.equal(await corpus.isFresh('a'), false);
      await corpus.put('b', { asked: { embedder: 'next', vector: vectorOf(1) } });
      await corpus.store.carried.enrol(corpus.projectId);
      assert.deepEqual([await corpus.isFresh('a'), await corpus.isFresh('b')], [false, true]);
      assert.equal((await corpus.store.carried.state(corpus.projectId)).carried, 1);
    },
  );

  fact(
    'without a vector, at an older version, of another embedder or epoch, nothing is enrolled',
    async (corpus) => {
      const version = await corpus.version();
      await corpus.put('no vector', { asked: null });
      await corpus.put('empty', { asked: { embedder: EMBEDDER, vector: new Float32Array() } });
      await corpus.put('older', { corpusVersion: version - 1 });
      await corpus.put('foreign', { asked: { embedder: 'other', vector: vectorOf(1) } });
      await corpus.put('epoch', { evidence: { ...answerOf().evidence, epoch: 77 } });
      await corpus.store.carried.enrol(corpus.projectId);
      const { carried, hasNew } = await corpus.store.carried.state(corpus.projectId);
      assert.deepEqual([carried, hasNew], [0, false]);
    },
  );
}

function reading(fact: Fact): void {
  fact('the enrolled are read in pages, with what chunks are tried on', async (corpus) => {
    for (const key of ['a', 'b', 'c']) await corpus.put(key);
    await corpus.store.carried.enrol(corpus.projectId);
    const { enrolment } = await corpus.store.carried.state(corpus.projectId);
    const request = { after: 0, upTo: enrolment, limit: 2 };
    const { carried } = corpus.store;
    const first = await carried.enrolled(corpus.projectId, { ...request, afterId: 0 });
    const rest = await carried.enrolled(corpus.projectId, { ...request, afterId: first[1]?.id ?? 0 });
    assert.deepEqual(
      [...first, ...rest].map(({ question }) => question),
      ['a', 'b', 'c'],
    );
    assert.deepEqual([first[0]?.floor, first[0]?.evidence], [0.5, [{ documentId: 7, hash: 'aa' }]]);
    assert.equal(first[0]?.vector.length, 8 + 2);
    const later = { ...request, after: enrolment, afterId: 0 };
    assert.deepEqual(await carried.enrolled(corpus.projectId, later), []);
  });

  fact(
    'what a version would change is told chunk by chunk, with the neighbours that part',
    async (corpus) => {
      const first = await corpus.stage('a.md', ['one', 'two', 'three', 'four']);
      await corpus.publish(first, null);
      const second = await corpus.stage('a.md', ['one', 'two', 'new', 'three', 'four']);
      const { carried, documents } = corpus.store;
      const difference = (await carried.difference(corpus.projectId, { versionId: second })) ?? assert.fail();
      const { id } = (await documents.findBy(corpus.projectId, { name: 'a.md' })) ?? assert.fail();
      assert.deepEqual([difference.documentId, difference.before], [id, first]);
      assert.deepEqual(
        difference.chunks.map(({ number }) => number),
        [3],
        'the one that comes',
      );
      assert.deepEqual([...difference.paragraphs].sort(), ['three', 'two'], 'those that are parted');
      const all = await carried.difference(corpus.projectId, { documentId: id });
      assert.deepEqual([all?.chunks.length, all?.paragraphs.length], [4, 4]);
      assert.equal(await carried.difference(corpus.projectId, { versionId: 999_999 }), null);
      assert.equal(await carried.difference(corpus.projectId + 1, { documentId: id }), null);
    },
  );
}

function telling(fact: Fact): void {
  fact('of each change it is told which answers it touched, and what became of them', async (corpus) => {
    const { answers, carried } = corpus.store;
    const keys = ['kept', 'same', 'different', 'gone', 'open'];
    const ids = new Map<string, number>();
    for (const key of [...keys, 'calm']) ids.set(key, (await corpus.put(key)).id);
    const suspects = keys.map((key) => ids.get(key) as number);
    const version = await corpus.publish(
      await corpus.stage('a.md', ['one']),
      await corpus.probe(suspects, null),
      5_000,
    );
    const at = { corpusVersion: version, epoch: 1, floor: 0.5, asked: null };
    await answers.confirm(await corpus.answer('kept'), at);
    await corpus.put('same', { createdAt: 1_100 });
    await corpus.put('different', { createdAt: 1_100, text: 'anew' });
    await answers.drop(corpus.projectId, { answerId: ids.get('gone') as number });
    const [change] = await corpus.changes();
    const { id: documentId } =
      (await corpus.store.documents.findBy(corpus.projectId, { name: 'a.md' })) ?? assert.fail();
    const outcomes = { kept: 1, same: 1, different: 1, dropped: 1 };
    const what = {
      corpusVersion: version,
      documentId,
      document: 'a.md',
      kind: 'added',
      reach: 'probed',
      at: 5_000,
    };
    assert.deepEqual({ ...change }, { ...what, answers: 6, touched: 5, ...outcomes });
    const { items } = await carried.touched(corpus.projectId, version, PAGE);
    assert.deepEqual(
      items.map(({ question, outcome }) => [question, outcome]),
      [
        ['kept', 'kept'],
        ['same', 'same'],
        ['different', 'different'],
        [null, 'dropped'],
        ['open', null],
      ],
    );
    const none = await carried.changes(corpus.projectId, { documentId: documentId + 1 }, PAGE);
    assert.deepEqual(none.items, []);
    assert.deepEqual((await carried.changes(corpus.projectId + 1, {}, PAGE)).items, []);
    assert.deepEqual((await carried.touched(corpus.projectId + 1, version, PAGE)).items, []);
  });

  fact('a removal is a change like any other', async (corpus) => {
    const { id } = await corpus.put('a');
    const { documents } = corpus.store;
    await corpus.publish(await corpus.stage('a.md', ['one']), await corpus.probe([], null));
    const document = (await documents.findBy(corpus.projectId, { name: 'a.md' })) ?? assert.fail();
    const { before } =
      (await corpus.store.carried.difference(corpus.projectId, { documentId: document.id })) ?? assert.fail();
    const carry = await corpus.probe([id], before);
    assert.equal(await documents.remove(corpus.projectId, document.id, { now: 3_000, carry }), true);
    assert.equal(await corpus.isFresh('a'), false);
    const [change] = await corpus.changes();
    assert.deepEqual([change?.kind, change?.reach, change?.touched], ['removed', 'probed', 1]);
  });
}
