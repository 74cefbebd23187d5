import { after, test } from 'node:test';
import { findPostgres } from '#clients/temporary-postgres.ts';
import { answerStoreContract } from '#ports/store/answers.contract.ts';
import { carriedContract } from '#ports/store/carried.contract.ts';
import { documentContract } from '#ports/store/documents.contract.ts';
import type { DocumentFixture } from '#ports/store/documents.contract.ts';
import { embeddersContract } from '#ports/store/embedders.contract.ts';
import { passageContract } from '#ports/store/passages.contract.ts';
import { publishVersion } from './documents/publish.ts';
import { Session } from './session.ts';
import { openTemporaryStore } from './temporary-store.ts';

if (findPostgres() === null)
  test('PostgreSQL keeps answers and documents', { skip: 'PostgreSQL is not installed' });
else await keepContracts();

async function keepContracts(): Promise<void> {
  const { store, url, empty, close } = await openTemporaryStore();
  const session = new Session({ url, connections: 2, applicationName: 'test', statementTimeoutMs: 10_000 });
  after(async () => {
    await session.close();
    await close();
  });

  answerStoreContract(async () => ({ answers: store.answers, flights: store.flights, close: empty }));

  const fixture: DocumentFixture = {
    documents: store.documents,
    projects: store.projects,
    publish: (projectId, versionId, now) =>
      session.transaction((tx) => publishVersion(tx, { projectId, versionId }, now)),
  };
  carriedContract('postgres', async () => ({
    store,
    publish: (version, now) => session.transaction((tx) => publishVersion(tx, version, now)),
    close: empty,
  }));
  embeddersContract('postgres', async () => ({
    ...fixture,
    embedders: store.embedders,
    publish: async (...args) => void (await fixture.publish(...args)),
    close: empty,
  }));
  documentContract(async (t) => {
    t.after(empty);
    return fixture;
  });
  passageContract(async (t) => {
    t.after(empty);
    return fixture;
  });
}
