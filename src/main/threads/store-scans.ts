import { workerData } from 'node:worker_threads';
import { serveScans } from '#adapters/store/sqlite/serve-scans.ts';

serveScans(workerData.port, workerData.data);
