#!/usr/bin/env -S node --max-semi-space-size=4
/**
 * The way in. Keeps what the engine makes of the source beside the packages: the next start need not strip types and
 * compile again, nor hold the tools for that in memory (30 MB in a server). Threads and processes started from here
 * use it too; where the folder cannot be written, nothing is kept. Plain JavaScript, since a first file with types
 * would load those tools.
 *
 * The young generation is bounded, and the old one collected before it has grown by a third: left alone they keep 200 MB
 * of a rush of uploads for good.
 */
import module from 'node:module';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 24 || (major === 24 && minor < 15)) {
  process.stderr.write(
    `Preheat needs Node 24.15 or newer, and this is ${process.versions.node}: npm start, npm run demo and npx preheat in its folder bring one along.\n`,
  );
  process.exit(1);
}

setFlagsFromString('--heap-growing-percent=30');
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, '..', 'node_modules', '.cache', 'preheat');
module.enableCompileCache(process.env.NODE_COMPILE_CACHE);
// Whoever is killed later has left it for the next start.
setTimeout(module.flushCompileCache, 5_000).unref();
await import('../src/cli/preheat.ts');
