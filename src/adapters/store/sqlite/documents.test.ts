import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import type { DatabaseSync } from 'node:sqlite';
import { openSqlite } from '#clients/sqlite.ts';
import { documentContract } from '#ports/store/documents.contract.ts';
import type { DocumentFixture } from '#ports/store/documents.contract.ts';
import { embeddersContract } from '#ports/store/embedders.contract.ts';
import type { EmbedderFixture } from '#ports/store/embedders.contract.ts';
import { passageContract } from '#ports/store/passages.contract.ts';
import { documentScans, documentWrites, publishVersion, sqliteDocuments } from './documents.ts';
import { embedderWrites, sqliteEmbedders } from './embedders.ts';
import { remoteHere } from './remote-here.ts';
import { migrate } from './migrate.ts';
import { projectWrites } from './projects.ts';

embeddersContract('sqlite', async () => openEmbedders());
documentContract(async (t) => openFixture(t).fixture);
passageContract(async (t) => openFixture(t).fixture);

test('a sweep leaves no row behind', async (t) => {
  const { fixture, db } = openFixture(t);
  const project = (await fixture.projects.ensure('default', 1)).id;
  const document = {
    name: 'a',
    mediaType: 'text/plain',
    bytes: 1,
    sha256: 'x',
    pages: null,
    itemId: 0,
    embedder: 'lexical-1',
    tags: null,
  };
  const versionId = await fixture.documents.stage(project, document, 1);
  await fixture.documents.stageChunks(versionId, [
    {
      headings: [],
      page: null,
      paragraphs: [{ hash: 'h', text: 'badger' }],
      tokens: 1,
      vector: Float32Array.of(1),
    },
  ]);
  assert.equal(await fixture.documents.sweep(2, 100), true);
  for (const table of ['chunks', 'document_versions']) {
    assert.equal(db.prepare(`select count(*) as n from ${table}`).get()?.['n'], 0, table);
  }
});

test('listing, sweeping and loading go by an index', (t) => {
  const { db } = openFixture(t);
  const plans = [
    "select id from document_versions where status = 'retired' order by id limit 1",
    "select id from document_versions where status = 'staged' and created_at < 1 order by created_at limit 1",
    "select c.id from document_versions v join chunks c on c.version_id = v.id where v.project_id = 1 and v.published_at_version > 1 and v.published_at_version is not null and v.status = 'published'",
    "select 1 from document_versions v where v.project_id = 1 and v.sha256 = '' and v.status = 'published'",
  ];
  for (const sql of plans) {
    const steps = db.prepare(`explain query plan ${sql}`).all();
    for (const step of steps) assert.doesNotMatch(String(step['detail']), /^SCAN (?!.*USING .*INDEX)/, sql);
  }
});

function openFixture(t: TestContext): { fixture: DocumentFixture; db: DatabaseSync } {
  const { fixture, db, close } = open();
  t.after(close);
  return { fixture, db };
}

function openEmbedders(): EmbedderFixture {
  const { fixture, embedders, close } = open();
  return {
    ...fixture,
    embedders,
    publish: async (...args) => void (await fixture.publish(...args)),
    close: async () => close(),
  };
}

function open() {
  const folder = mkdtempSync(join(tmpdir(), 'preheat-documents-'));
  const settings = {
    file: join(folder, 'store.sqlite'),
    busyTimeoutMs: 1_000,
    synchronous: 'NORMAL',
    cacheMiB: 8,
  } as const;
  const writer = openSqlite({ ...settings, readOnly: false });
  migrate(writer);
  const reader = openSqlite({ ...settings, readOnly: true });
  const close = (): void => {
    reader.close();
    writer.close();
    rmSync(folder, { recursive: true });
  };
  const publish = publishVersion(writer);
  const projects = projectWrites(writer);
  const version = reader.prepare('select corpus_version from projects where id = ?');
  const documents = sqliteDocuments(
    reader,
    remoteHere(documentWrites(writer)),
    remoteHere(documentScans(reader)),
  );
  const fixture: DocumentFixture = {
    documents,
    projects: {
      ensure: async (name, now) => projects.ensure(name, now),
      corpusVersion: async (id) => version.get(id)?.['corpus_version'] as number,
    },
    publish: async (projectId, versionId, now) => publish({ projectId, versionId }, now),
  };
  const embedders = sqliteEmbedders(reader, remoteHere(embedderWrites(writer)));
  return { fixture, embedders, db: writer, close };
}
