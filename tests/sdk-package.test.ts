import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { blocksOf } from './support/markdown.ts';
import { startServerProcess, temporaryFolder } from './support/server.ts';
import type { ServerProcess } from './support/server.ts';

const ROOT = resolve(import.meta.dirname, '..');
const run = promisify(execFile);

/** What others get: the package as npm packs it, in a project that is not this checkout. */
describe('the packed client', () => {
  const folder = temporaryFolder();
  const data = temporaryFolder();
  const project = join(folder.path, 'project');
  const installed = join(project, 'node_modules', '@preheat', 'sdk');
  let files: string[];
  let server: ServerProcess;

  before(async () => {
    server = await startServerProcess(data.path);
    const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder.path], {
      cwd: join(ROOT, 'sdk'),
      env: { ...process.env, PATH: `${join(ROOT, 'node_modules', '.bin')}:${process.env['PATH']}` },
    });
    const said = JSON.parse(stdout.slice(stdout.indexOf('['))) as {
      filename: string;
      files: { path: string }[];
    }[];
    const [packed] = said as [(typeof said)[number]];
    files = packed.files.map(({ path }) => path);
    await mkdir(installed, { recursive: true });
    await run('tar', ['-xzf', join(folder.path, packed.filename), '-C', installed, '--strip-components=1']);
    for (const name of ['zod', 'openai', 'ai', '@ai-sdk/openai-compatible', '@types/node']) {
      const link = join(project, 'node_modules', name);
      await mkdir(resolve(link, '..'), { recursive: true });
      await symlink(join(ROOT, 'node_modules', name), link);
    }
    await cp(join(ROOT, 'examples', 'sdk'), project, { recursive: true });
    const words = blocksOf('sdk/README.md', await readFile(join(ROOT, 'sdk', 'README.md'), 'utf8'));
    const shown = words.flatMap(({ language, text }) => (language === 'ts' ? [text] : []));
    await writeFile(
      join(project, 'readme.ts'),
      shown.join('\n').replace("'http://127.0.0.1:7400'", "process.env['PREHEAT_URL'] as string"),
    );
    await writeFile(join(project, 'package.json'), JSON.stringify({ type: 'module' }));
    const content = await readFile(
      join(ROOT, 'examples', 'handbook', 'buildings-and-facilities.html'),
      'utf8',
    );
    const { id } = await server.client.documents.upload([{ name: 'buildings-and-facilities.html', content }]);
    await server.client.batches.wait(id);
  });
  after(async () => {
    await server.stop('SIGKILL');
    folder.remove();
    data.remove();
  });

  test('holds code, types, licence and words, and nothing else', () => {
    assert.ok(
      ['LICENSE', 'README.md', 'package.json', 'dist/index.js', 'dist/index.d.ts'].every((name) =>
        files.includes(name),
      ),
    );
    assert.deepEqual(
      files.filter((name) => !/^(?:LICENSE|README\.md|package\.json|dist\/.+\.(?:js|d\.ts))$/.test(name)),
      [],
    );
    const [ours, root] = ['sdk', '.'].map(
      (at) =>
        JSON.parse(readFileSync(join(ROOT, at, 'package.json'), 'utf8')) as {
          version: string;
          dependencies: object;
        },
    );
    assert.equal(ours?.version, root?.version);
    assert.deepEqual(Object.keys(ours?.dependencies ?? {}), ['zod']);
    assert.equal(
      readFileSync(join(ROOT, 'sdk', 'LICENSE'), 'utf8'),
      readFileSync(join(ROOT, 'LICENSE'), 'utf8'),
    );
  });

  test('its types, and the examples, satisfy a strict compiler with either way of resolving modules', async () => {
    const ours = ['documents.ts', 'warm.ts', 'ask.ts', 'readme.ts'];
    for (const [module, moduleResolution, include] of [
      ['nodenext', 'nodenext', ours],
      ['esnext', 'bundler', ['*.ts']],
    ] as const) {
      const config = join(project, `tsconfig.${module}.json`);
      const compilerOptions = {
        strict: true,
        noEmit: true,
        target: 'es2024',
        module,
        moduleResolution,
        types: ['node'],
        lib: ['es2024', 'dom', 'dom.iterable', 'dom.asynciterable'],
        // Others' types need types of theirs that are not here.
        skipLibCheck: include !== ours,
      };
      await writeFile(config, JSON.stringify({ compilerOptions, include }));
      await run(process.execPath, [
        join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'),
        '-p',
        config,
      ]).catch(({ stdout }: { stdout: string }) => assert.fail(stdout));
    }
  });

  const SHOWN: Readonly<Record<string, RegExp>> = {
    'documents.ts': /2 read, 0 known before\nbest passage: bikes\.txt\n.*first Monday[^]*\[1\] tea\.md/,
    'readme.ts': /complete 1 of 1/,
    'warm.ts': /complete: 3 of 3, 0 failed\n(?:(?:completed|skipped)\n){3}asked again: hit/,
    'ask.ts': /dogs are welcome[^]*\(hit\)[^]*\[1\] buildings-and-facilities\.html/,
    'openai-client.ts': /dogs are welcome[^]*cache: hit\nstreamed alike: true/,
    'ai-sdk.ts': /dogs are welcome[^]*cache: hit/,
  };

  test('every example, and every one of the README, runs as it stands', async () => {
    assert.deepEqual(globSync('*.ts', { cwd: project }).toSorted(), Object.keys(SHOWN).toSorted());
    for (const [name, expected] of Object.entries(SHOWN)) {
      const { stdout } = await run(process.execPath, [name], {
        cwd: project,
        env: { ...process.env, PREHEAT_URL: server.url },
      });
      assert.match(stdout, expected, `${name}: ${stdout}`);
    }
  });

  test('runs where there is nothing but what the web has: no process, no Buffer, no module of Node', async () => {
    await cp(join(ROOT, 'tests', 'support', 'bare-realm.js'), join(project, 'bare-realm.js'));
    const { stdout } = await run(
      process.execPath,
      ['--experimental-vm-modules', '--no-warnings', 'bare-realm.js'],
      {
        cwd: project,
        env: { ...process.env, PREHEAT_URL: server.url },
      },
    );
    assert.equal(stdout, 'undefined undefined complete 1 of 1 hit\n');
  });
});
