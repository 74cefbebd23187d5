import { startServerProcess, temporaryFolder } from '../tests/support/server.ts';
import { timed } from './figures.ts';

/** Items a second through the real server: one text file of questions, uploaded, read, checked and stored. */
export async function measureUpload(items: number, synchronous: 'FULL' | 'NORMAL'): Promise<number> {
  const folder = temporaryFolder();
  const server = await startServerProcess(folder.path, {
    PREHEAT_SYNCHRONOUS: synchronous,
    PREHEAT_LOG_LEVEL: 'warn',
    PREHEAT_CONCURRENCY: '1',
  });
  const lines = Array.from({ length: items }, (_, i) => `How many days of leave has person ${i}`).join('\n');
  const ms = await timed(() =>
    server.client.batches.upload([{ name: 'questions.txt', content: lines }], { workload: 'answers' }),
  );
  await server.stop('SIGKILL');
  folder.remove();
  return (items / ms) * 1_000;
}
