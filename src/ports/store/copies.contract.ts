import assert from 'node:assert/strict';
import { arrivingRow } from '#domain/arriving-row.ts';
import { COPIED_KINDS } from '#domain/project-copy.ts';
import type { CopiedKind, CopiedRow } from '#domain/project-copy.ts';
import type { Project } from '#domain/project.ts';
import { answerOf, citation } from './answers.contract.ts';
import type { Arrival, CopiedGroup, ProjectCopy } from './copies.ts';
import { chunkOf } from './documents.contract.ts';
import { factsOf } from './facts.contract.ts';
import type { OpenStore } from './facts.contract.ts';
import { claim, draft, NOW, submit } from './samples.ts';
import type { TestStore } from './samples.ts';
import { turnOf } from './turns.contract.ts';
import { sampleWebhook } from './webhooks.contract.ts';

const HOUR = 3_600_000;
const PAGE = { cursor: null, limit: 100 };
/** Judges and other embedders come later than what these tests do. */
const NOT_FILLED: readonly CopiedKind[] = ['judging_cases', 'chunk_vectors'];

/** What every store must do when a project is taken elsewhere and brought in. */
export function copiesContract(name: string, open: OpenStore): void {
  const fact = factsOf(open, `${name}: copies`);

  fact('what a project has comes to another one, under ids of its own', async (test) => {
    const { store, projectId } = test;
    await fill(test);
    const copy = await readAll(test, projectId);
    for (const kind of COPIED_KINDS)
      assert.equal(rowsOf(copy, kind).length > 0, !NOT_FILLED.includes(kind), kind);
    const { project } = await bringIn(test, copy, 'there');
    assert.deepEqual(await shapeOf(test, project.id), await shapeOf(test, projectId));

    const answer = await store.answers.findByKey(project.id, 'k1');
    const document = await store.documents.findBy(project.id, { name: 'a.txt' });
    const here = await store.documents.findBy(projectId, { name: 'a.txt' });
    assert.ok(document !== null && here !== null && document.id !== here.id);
    assert.equal(answer?.citations[0]?.documentId, document.id);
    assert.equal((await store.answers.former(project.id, answer.id))?.text, 'It was said before.');
    assert.deepEqual(
      [answer.corpusVersion, await store.projects.corpusVersion(project.id)],
      [0, 1],
      'its answers are looked at again before they are given',
    );
    // What it does by the clock and tells others waits for somebody to say so.
    const [schedule] = (await store.schedules.list(project.id, PAGE)).items;
    assert.equal(schedule?.isOn, false);
    assert.equal((await store.webhooks.list(project.id, PAGE)).items[0]?.isOn, false);
    // And from there it can be taken on.
    const again = await readAll(test, project.id);
    assert.deepEqual(countsOf(again), countsOf(copy));
  });

  fact('what batches came to is kept, and no later batch takes its id', async (test) => {
    const { store, projectId } = test;
    await fill(test);
    const { project } = await bringIn(test, await readAll(test, projectId), 'there');
    const there = await store.figures.reports(project.id, 'noop', PAGE);
    assert.deepEqual(
      there.items.map(({ name, counts, figures, isDeleted }) => [
        name,
        counts.completed,
        counts.cancelled,
        figures,
        isDeleted,
      ]),
      [
        ['open', 0, 2, {}, true],
        ['deleted', 1, 0, { works: 3 }, true],
      ],
    );
    assert.deepEqual(await store.figures.ofProject(project.id), { works: 3, hits: 2 });
    const taken = there.items.map(({ batchId }) => batchId);
    const later = await submit({ ...test, projectId: project.id }, 1);
    assert.ok(!taken.includes(later.id));
    assert.ok(later.id > Math.max(...taken));
    for (const batchId of taken) assert.equal(await store.batches.find(project.id, batchId), null);
  });

  fact('nobody sees what is still arriving, and a name is given once', async (test) => {
    const { store, projectId } = test;
    await fill(test);
    const copy = await readAll(test, projectId);
    const [first, second] = [await arrive(test, copy), await arrive(test, copy)];
    assert.deepEqual((await store.projects.list()).map(({ name: own }) => own).sort(), ['default']);
    const finished = await Promise.all(
      [first, second].map(({ projectId: id }) => store.copies.finish(id, 'there', copy.project, NOW)),
    );
    const winners = finished.filter((project): project is Project => project !== null);
    assert.equal(winners.length, 1);
    const loser = winners[0]?.id === first.projectId ? second : first;
    await store.copies.abandon(loser.projectId, NOW);
    await store.copies.abandon(winners[0]?.id as number, NOW);
    assert.deepEqual(await store.removals.list(NOW + 1), [loser.projectId], 'what is there stays');
    assert.equal(await store.copies.finish(loser.projectId, 'late', copy.project, NOW), null);
    const group = { kind: 'misses', rows: rowsOf(copy, 'misses') } as const;
    assert.equal(await store.copies.write(loser.projectId, group, NOW), 0, 'what comes late finds no place');
    while (await store.removals.step(loser.projectId, NOW + 1));
    assert.equal((await store.answers.list(winners[0]?.id as number, {}, PAGE)).items.length, 1);
  });

  fact('who writes nothing for long is idle, until somebody writes or gives it up', async (test) => {
    const { store, projectId } = test;
    await fill(test);
    const copy = await readAll(test, projectId);
    const { projectId: id } = await store.copies.begin(copy.ranges, NOW);
    assert.deepEqual([await store.copies.idle(NOW), await store.copies.idle(NOW + 1)], [[], [id]]);
    await store.copies.write(id, { kind: 'hours', rows: rowsOf(copy, 'hours') }, NOW + 5);
    assert.deepEqual([await store.copies.idle(NOW + 5), await store.copies.idle(NOW + 6)], [[], [id]]);
    await store.copies.abandon(id, NOW);
    assert.deepEqual(await store.copies.idle(Number.MAX_SAFE_INTEGER), []);
  });

  fact('a copy is of one moment, and whoever stops reading lets go of it', async (test) => {
    const { store, projectId } = test;
    await fill(test);
    const copy = await store.copies.read(projectId);
    await store.answers.put(answerOf({ projectId, key: 'later' }), null);
    const groups = await allOf(copy.groups);
    const keys = groups
      .filter(({ kind }) => kind === 'answers')
      .flatMap(({ rows }) => rows.map((row) => row['key']));
    assert.deepEqual(keys, ['k1']);
    const left = await store.copies.read(projectId);
    for await (const _ of left.groups) break;
    assert.equal((await readAll(test, projectId)).groups.flatMap(({ rows }) => rows).length > 0, true);
  });

  fact('an empty project is taken along too', async (test) => {
    const { project } = await bringIn(test, await readAll(test, test.projectId), 'there');
    assert.equal(project.name, 'there');
    assert.deepEqual(await shapeOf(test, project.id), await shapeOf(test, test.projectId));
  });
}

interface Copy extends Pick<ProjectCopy, 'project' | 'ranges'> {
  readonly groups: readonly CopiedGroup[];
}

async function readAll({ store }: TestStore, projectId: number): Promise<Copy> {
  const { project, ranges, groups } = await store.copies.read(projectId);
  return { project, ranges, groups: await allOf(groups) };
}

async function allOf(coming: AsyncIterable<CopiedGroup>): Promise<CopiedGroup[]> {
  const groups: CopiedGroup[] = [];
  for await (const group of coming) groups.push(group);
  return groups;
}

function rowsOf({ groups }: Copy, kind: CopiedKind): CopiedRow[] {
  return groups.filter((group) => group.kind === kind).flatMap(({ rows }) => rows);
}

function countsOf(copy: Copy): (readonly [CopiedKind, number])[] {
  return COPIED_KINDS.map((kind) => [kind, rowsOf(copy, kind).length]);
}

/** All of it, still unseen. */
async function arrive({ store }: TestStore, copy: Copy): Promise<Arrival> {
  const arrival = await store.copies.begin(copy.ranges, NOW);
  for (const { kind, rows } of copy.groups) {
    const placed = rows.map((row) => arrivingRow(kind, row, { ranges: copy.ranges, shifts: arrival.shifts }));
    const wrong = placed.find((row) => typeof row === 'string');
    assert.equal(wrong, undefined);
    const group = { kind, rows: placed as CopiedRow[], secret: 'sealed' };
    assert.equal(await store.copies.write(arrival.projectId, group, NOW), rows.length, kind);
  }
  return arrival;
}

async function bringIn(test: TestStore, copy: Copy, name: string): Promise<{ readonly project: Project }> {
  const { projectId } = await arrive(test, copy);
  const project = await test.store.copies.finish(projectId, name, copy.project, NOW);
  assert.ok(project !== null);
  return { project };
}

/** What a project shows of itself, without ids and without what is switched off where it arrives. */
async function shapeOf({ store }: TestStore, projectId: number): Promise<unknown> {
  const [answers, misses, judged, schedules, records, marker, turns, documents] = await Promise.all([
    store.answers.list(projectId, {}, PAGE),
    store.misses.list(projectId, {}, { ...PAGE, now: NOW }),
    store.judgements.find(projectId, 'k1', 2_000),
    store.schedules.list(projectId, PAGE),
    store.records.list(projectId, { kind: 'title' }, PAGE),
    store.markers.find(projectId, ['author'], NOW),
    store.turns.find(projectId, ['k']),
    store.documents.list(projectId, {}, PAGE),
  ]);
  const first = schedules.items[0];
  const saved = first === undefined ? null : await store.schedules.find(projectId, first.id);
  return {
    answers: answers.items.map(({ key, question, text, citations, usage, version }) => [
      key,
      question,
      text,
      citations.map(({ quote, document }) => [quote, document]),
      usage,
      version,
    ]),
    misses: misses.items.map(({ question, misses: times }) => [question, times]),
    judged: judged === null ? null : [judged.faithful, judged.why],
    schedule: saved === null ? null : [saved.name, saved.cron, saved.items],
    records: records.items.map(({ key, name, value }) => [key, name, value]),
    marker: marker.map(({ key, levels }) => [key, levels]),
    turns: turns.map(({ body }) => body),
    documents: documents.items.map(({ name, tags, chunks, bytes }) => [name, tags, chunks, bytes]),
    hours: (await store.hours.list(projectId, 0)).map(({ startedAt, completed, hits }) => [
      startedAt,
      completed,
      hits,
    ]),
    figures: await store.figures.byHour(projectId, 0),
  };
}

/** Something of all that goes along. */
async function fill(test: TestStore): Promise<void> {
  const { store, projectId } = test;
  const documentId = await publish(test);
  const answer = answerOf({
    projectId,
    key: 'k1',
    citations: [citation(documentId)],
    evidence: {
      paragraphs: [{ hash: 'aa', documentId, supports: true }],
      fingerprint: 'f',
      epoch: 1,
      floor: 0.5,
    },
    createdAt: 1_000,
  });
  await store.answers.put({ ...answer, text: 'It was said before.' }, null);
  await store.answers.put({ ...answer, createdAt: 2_000 }, null);
  await store.misses.count(projectId, [{ key: 'm', question: 'Who?', misses: 2 }], NOW);
  const marks = { faithful: 90, complete: 80, why: 'All of it stands there.', judge: 'openai:large' };
  await store.judgements.put(
    { ...marks, projectId, key: 'k1', madeAt: 2_000, tokens: 9, judgedAt: NOW },
    null,
  );
  await store.turns.put([turnOf(projectId)]);
  await store.schedules.create(
    {
      projectId,
      name: 'daily',
      cron: '0 6 * * *',
      timeZone: 'UTC',
      workload: 'answers',
      priority: 0,
      paceMs: null,
      options: {},
      isOn: true,
      items: ['Who?'],
      nextAt: NOW + HOUR,
    },
    NOW,
  );
  await store.webhooks.create(sampleWebhook(test), NOW);
  await store.hours.add(projectId, { hits: 3 }, NOW);
  await store.figures.add(projectId, 0, { hits: 2 }, NOW);
  await batches(test);
}

/** One that was deleted after it had found a record, and one with items that wait. */
async function batches(test: TestStore): Promise<void> {
  const { store, projectId } = test;
  const gone = await submit(test, 1, { name: 'deleted' });
  const [item] = await claim(test, 1);
  assert.ok(item !== undefined);
  const record = { projectId, kind: 'title', key: 'hobbit', variant: 'a', name: 'The Hobbit' } as const;
  const times = { source: 'file', fetchedAt: NOW, expiresAt: NOW + HOUR };
  const marker = {
    projectId,
    key: 'author',
    levels: 1,
    works: 1,
    coAuthors: [],
    doneAt: NOW,
    expiresAt: NOW + HOUR,
  };
  const effects = [
    { kind: 'records', records: [{ ...record, ...times, value: { n: 1 } }] },
    { kind: 'markers', markers: [marker] },
    { kind: 'figures', figures: { works: 3 } },
  ] as const;
  const outcome = { kind: 'completed', result: null, effects } as const;
  await store.items.settle([{ itemId: item.id, generation: item.generation, outcome }], NOW);
  await store.batches.steer(projectId, gone.id, { to: 'delete' }, NOW);
  while (!(await store.batches.advance(gone.id, 100, NOW)));
  await store.intake.submit(
    draft(projectId, { name: 'open' }),
    [{ payload: { question: '1' } }, { payload: { question: '2' } }],
    null,
    NOW,
  );
}

/** As an item of a batch of documents does it. */
async function publish(test: TestStore): Promise<number> {
  const { store, projectId } = test;
  await submit(test, 1, { workload: 'documents' });
  const [item] = await claim(test, 1);
  assert.ok(item !== undefined);
  const file = { name: 'a.txt', mediaType: 'text/plain', bytes: 1, sha256: 'sha', pages: null };
  const document = { ...file, itemId: item.id, embedder: 'lexical-1', tags: ['hr'] };
  const versionId = await store.documents.stage(projectId, document, NOW);
  await store.documents.stageChunks(versionId, [chunkOf('badgers dig'), chunkOf('otters swim')]);
  const effects = [{ kind: 'publish', projectId, versionId } as const];
  const outcome = { kind: 'completed', result: null, effects } as const;
  await store.items.settle([{ itemId: item.id, generation: item.generation, outcome }], NOW);
  const found = await store.documents.findBy(projectId, { name: 'a.txt' });
  return found?.id ?? assert.fail('a.txt is not there');
}
