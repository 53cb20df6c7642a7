// Brings a fresh tree to a runnable state. Plain JavaScript: it runs on whatever Node >= 20 the machine has, before anything is installed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '..');
const cache = join(root, 'node_modules', '.cache', 'conv3n');
/** Where Node keeps what it compiled, so that later starts are fast. */
export const compileCache = join(cache, 'compile');

const [major] = process.versions.node.split('.').map(Number);

if (major < 20) {
  console.error(
    `CONV3N needs Node 20 or newer to install itself; this is ${process.version}. Get one from https://nodejs.org and try again.`,
  );
  process.exit(1);
}

/** Runs a program with inherited output; ends this process with its exit code when it fails. */
export function run(title, command, args, options = {}) {
  console.error(`> ${title}`);
  const result = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2], ...options });
  if (result.error) {
    console.error(`${title} could not start: ${result.error.message}`);
    process.exit(1);
  }
  if (result.status !== 0) process.exit(result.status ?? 1);
}

function stamp(name) {
  const file = join(cache, name);
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

function setStamp(name, value) {
  mkdirSync(cache, { recursive: true });
  writeFileSync(join(cache, name), value);
}

/** `npm ci` unless this lock file was installed: by us, or by an `npm install` after its last change. */
export function install() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(pinnedNode) && (stamp('lock') === lock || npmInstalledSince(join(root, 'package-lock.json')))) return;
  const npm = process.env.npm_execpath;
  const command = npm?.endsWith('.js') ? process.execPath : 'npm';
  run('Installing dependencies (npm ci)', command, [
    ...(npm?.endsWith('.js') ? [npm] : []),
    'ci',
    '--no-fund',
    '--no-audit',
    '--loglevel=error',
  ]);
  if (!existsSync(pinnedNode)) {
    console.error(
      'The pinned Node is missing after the install: npm skipped the install script of the package "node". Run `npm rebuild node` and try again.',
    );
    process.exit(1);
  }
  setStamp('lock', lock);
}

function npmInstalledSince(lockFile) {
  const installed = join(root, 'node_modules', '.package-lock.json');
  return existsSync(installed) && statSync(installed).mtimeMs >= statSync(lockFile).mtimeMs;
}

/** The Node this repository runs on: the npm package `node`. */
export const pinnedNode = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

/** Newest modification time below a folder, in milliseconds since the Unix epoch. */
function newest(folder) {
  let latest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name === 'node_modules' || entry.name === 'dist') continue;
    const path = join(folder, entry.name);
    latest = Math.max(latest, entry.isDirectory() ? newest(path) : statSync(path).mtimeMs);
  }
  return latest;
}

/** Builds the studio when its sources or the lock file are newer than the last build. */
export function buildStudio() {
  const built = join(root, 'apps/studio/dist/index.html');
  const sources = ['apps/studio', 'sdks/typescript/src'].map((folder) => join(root, folder));
  if (existsSync(built)) {
    const builtAt = statSync(built).mtimeMs;
    if (
      sources.every((folder) => newest(folder) < builtAt) &&
      statSync(join(root, 'package-lock.json')).mtimeMs < builtAt
    )
      return;
  }
  run('Building the studio', pinnedNode, [join(root, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn'], {
    cwd: join(root, 'apps/studio'),
  });
}

/** True when this process is the pinned Node with the `source` condition, so the house can be imported right here. */
export function isPinned() {
  return (
    process.versions.node.split('.')[0] === '26' && process.execArgv.some((flag) => flag.includes('conditions=source'))
  );
}
