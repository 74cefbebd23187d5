import { workerData } from 'node:worker_threads';
import { serveWriter } from '#adapters/store/sqlite/serve-writer.ts';

serveWriter(workerData.port, workerData.data);
