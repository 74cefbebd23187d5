import { randomFillSync } from 'node:crypto';
import { startServerProcess, temporaryFolder } from '../../tests/support/server.ts';
import { print, row, timed } from '../figures.ts';
import { ProcessMeter } from './process-meter.ts';

const FILES = 50;
const FILE_BYTES = 10_000_000;

/** The largest upload that the standard settings take: what it costs the server in memory while it comes in. */
export async function measureLargestUpload(): Promise<void> {
  const folder = temporaryFolder();
  const server = await startServerProcess(folder.path, { PREHEAT_LOG_LEVEL: 'warn' });
  const files = Array.from({ length: FILES }, (_, i) => {
    const content = randomFillSync(new Uint8Array(FILE_BYTES));
    content.set(new TextEncoder().encode('%PDF-'));
    return { name: `file-${i}.pdf`, content: new Blob([content]) };
  });
  const meter = new ProcessMeter(server.process.pid as number);
  try {
    const ms = await timed(() => server.client.documents.upload(files));
    print(`Upload of ${FILES} files of ${FILE_BYTES / 1e6} MB in one request`);
    row('  until 201', [ms / 1_000], 's');
    row('  memory of the server, most', [meter.spent().serverMiB], 'MiB');
  } finally {
    meter.stop();
    await server.stop('SIGKILL');
    folder.remove();
  }
}
