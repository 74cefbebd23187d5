import { readConfig } from '#main/config.ts';
import { startServer } from '#main/start.ts';

/** `preheat serve` with the admin page of another folder: `PREHEAT_TEST_PAGES`. */
const uiFolder = process.env['PREHEAT_TEST_PAGES'];
if (uiFolder === undefined) throw new Error('PREHEAT_TEST_PAGES is not set');
const { url } = await startServer(readConfig(process.env), { uiFolder });
process.stdout.write(`${url}\n`);
