/**
 * Makes a checkout ready to run: `npm ci` when the dependencies are missing or not those of the lock file, and the
 * right Node. Runs before every script of package.json, so it is quick when there is nothing to do.
 *
 * Plain JavaScript without dependencies: it runs on the machine's own Node (20 or newer), before anything is installed.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const MODULES = join(ROOT, 'node_modules');
const LOCK_FILE = join(ROOT, 'package-lock.json');
/** Holds the hash of the lock file that was installed; it goes with the folder when that is deleted. */
const STAMP = join(MODULES, '.preheat-setup');
/** Holds the process that installs, so that two scripts started at once do not install into one another. */
const BUSY = join(ROOT, 'tmp', 'setup.pid');
const WEB = join(ROOT, 'web');
const WEB_SOURCES = [WEB, join(ROOT, 'sdk')];
/** What npm runs before a script that ends with a server. */
const OPENS_PAGES = new Set(['predemo', 'prestart']);
const OWN_NODE = join(MODULES, '.bin', 'node');
const LEAST_NODE = [24, 15];

const wanted = createHash('sha256').update(readFileSync(LOCK_FILE)).digest('hex');
if (!isInstalled()) alone(install);
checkNode();
buildWeb();

function isInstalled() {
  if (readOrEmpty(STAMP) === wanted) return true;
  if (!isSameTree()) return false;
  writeFileSync(STAMP, wanted);
  return true;
}

/** Whether somebody ran `npm ci` by hand: npm's own record of the folder then agrees with the lock file. */
function isSameTree() {
  const record = readOrEmpty(join(MODULES, '.package-lock.json'));
  if (record === '') return false;
  const there = JSON.parse(record).packages;
  const { '': _root, ...asked } = JSON.parse(readFileSync(LOCK_FILE, 'utf8')).packages;
  const isAsked = ([path, { optional, version }]) =>
    there[path] === undefined ? optional === true : there[path].version === version;
  return Object.entries(asked).every(isAsked) && Object.keys(there).every((path) => path in asked);
}

function install() {
  if (isInstalled()) return;
  const why = existsSync(MODULES) ? 'package-lock.json has changed' : 'first run here';
  say(`Installing the dependencies (${why}). This takes about half a minute.`);
  const startedAt = Date.now();
  const { file, before } = npm();
  // Tests and the pinned Node are needed whatever this machine usually leaves out. EBADENGINE warnings, which an
  // older npm gives by the dozen, mean nothing here.
  const options = [
    '--include=dev',
    '--include=optional',
    '--loglevel=error',
    '--no-progress',
    '--no-audit',
    '--no-fund',
  ];
  const ended = spawnSync(file, [...before, 'ci', ...options], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (ended.status !== 0) {
    const how =
      ended.error?.message ?? (ended.signal ? `stopped by ${ended.signal}` : `exit code ${ended.status}`);
    fail(
      `npm ci did not succeed (${how}); its reasons are above.\nPut them right (often the network), then run the same command again.`,
    );
  }
  checkOwnNode();
  writeFileSync(STAMP, wanted);
  say(`Installed in ${Math.round((Date.now() - startedAt) / 1000)} s.\n`);
}

/**
 * The npm that runs this script, on the Node it runs on: `node` of the PATH may be the one that `npm ci` is about to
 * replace.
 */
function npm() {
  const { npm_execpath: script, npm_node_execpath: node } = process.env;
  return script === undefined
    ? { file: 'npm', before: [] }
    : { file: node ?? process.execPath, before: [script] };
}

/** Runs the work in one process at a time; a lock whose process is gone counts for nothing. */
function alone(work) {
  mkdirSync(dirname(BUSY), { recursive: true });
  for (let isTold = false; !take(); isTold = true) {
    if (!isTold) say('Another process is installing the dependencies; waiting for it.');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 250);
  }
  const release = () => rmSync(BUSY, { force: true });
  process.on('exit', release);
  work();
  release();
  process.removeListener('exit', release);
}

function take() {
  try {
    writeFileSync(BUSY, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  if (!isAlive(Number(readOrEmpty(BUSY)))) rmSync(BUSY, { force: true });
  return false;
}

function isAlive(pid) {
  // Empty: taken this moment, and not yet written; unless nobody came back to write it.
  if (pid === 0) return existsSync(BUSY) && Date.now() - statSync(BUSY).mtimeMs < 5_000;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** The Node that comes with the dependencies is built for glibc; elsewhere (Alpine) it is there and does not start. */
function checkOwnNode() {
  if (!existsSync(OWN_NODE) || spawnSync(OWN_NODE, ['--version']).status === 0) return;
  fail(
    `The Node that was installed with the dependencies does not start on this machine.\n` +
      `Install Node ${LEAST_NODE.join('.')} or newer yourself, and put it before node_modules/.bin in PATH.`,
  );
}

/** Without a Node of its own (macOS, other processors) the project runs on the machine's. */
function checkNode() {
  if (existsSync(OWN_NODE)) return;
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > LEAST_NODE[0] || (major === LEAST_NODE[0] && minor >= LEAST_NODE[1])) return;
  fail(
    `Preheat needs Node ${LEAST_NODE.join('.')} or newer; this is ${process.version}, and for ${process.platform} on ` +
      `${process.arch} none comes with the dependencies.\nInstall it (https://nodejs.org, or your version manager), then run the same command again.`,
  );
}

/**
 * Builds the admin pages where they are missing, and for whoever is about to open them, where they are older than their
 * sources. The server does without them, so that only in CI a failed build is an error.
 */
function buildWeb() {
  const built = modifiedAt(join(WEB, 'dist', 'index.html'));
  if (built > 0 && (!OPENS_PAGES.has(process.env.npm_lifecycle_event) || newest(WEB_SOURCES) <= built))
    return;
  alone(() => {
    if (modifiedAt(join(WEB, 'dist', 'index.html')) > built) return;
    say('Building the admin pages.');
    const { status } = spawnSync(join(MODULES, '.bin', 'vite'), ['build', 'web', '--logLevel', 'warn'], {
      cwd: ROOT,
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, PATH: `${join(MODULES, '.bin')}:${process.env.PATH}` },
    });
    if (status === 0) return;
    const text = 'The admin pages could not be built; the reasons are above.';
    if (process.env.CI === 'true') fail(text);
    say(`${text} Everything else works.`);
  });
}

/** When the newest file in the folders was changed, what was built not counted. */
function newest(folders) {
  let at = 0;
  for (const folder of folders) {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.name === 'dist' || entry.name === 'node_modules') continue;
      const path = join(folder, entry.name);
      at = Math.max(at, entry.isDirectory() ? newest([path]) : modifiedAt(path));
    }
  }
  return at;
}

function modifiedAt(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function readOrEmpty(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return '';
    throw error;
  }
}

/** On stderr: the output of the command that follows may be piped on. */
function say(text) {
  process.stderr.write(`${text}\n`);
}

function fail(text) {
  say(text);
  process.exit(1);
}
