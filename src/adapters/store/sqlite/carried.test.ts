import { after } from 'node:test';
import { openSqlite } from '#clients/sqlite.ts';
import { carriedContract } from '#ports/store/carried.contract.ts';
import { publishVersion } from './documents.ts';
import { openTemporaryStore } from './temporary-store.ts';

const temporary = await openTemporaryStore({
  writer: new URL('../../../main/threads/store-writer.ts', import.meta.url),
  scans: new URL('../../../main/threads/store-scans.ts', import.meta.url),
});
const { file, store } = temporary;
const writer = openSqlite({
  file,
  readOnly: false,
  busyTimeoutMs: 5_000,
  synchronous: 'NORMAL',
  cacheMiB: 4,
});
const publish = publishVersion(writer);
after(async () => {
  writer.close();
  await temporary.close();
});

carriedContract('sqlite', async () => ({
  store,
  async publish(version, now) {
    writer.exec('begin immediate');
    const corpusVersion = publish(version, now);
    writer.exec('commit');
    return corpusVersion;
  },
  close: async () => temporary.empty(),
}));
