#!/usr/bin/env node
// Plain JavaScript for Node >= 20: runs the command with the pinned Node when it stands beside it, else with this one if it is new enough.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants, homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const source = join(here, '../src/main.ts');
const fromSource = existsSync(source);
const entry = fromSource ? source : join(here, '../dist/main.js');
const flags = fromSource ? ['--conditions=source'] : [];
// A folder of this user's own: compiled code from a shared one would be somebody else's code.
const cache = fromSource
  ? join(here, '../../../node_modules/.cache/conv3n')
  : join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'conv3n');

const node = pinnedNode() ?? thisNode();
const args = [...flags, entry, ...process.argv.slice(2)];
const env = { NODE_COMPILE_CACHE: join(cache, 'compile'), ...process.env };
// Becoming the command, instead of starting it, leaves one process: signals, SIGKILL too, reach the right one. Node 20 and Windows cannot.
if (process.execve && process.platform !== 'win32') process.execve(node, [node, ...args], env);

const child = spawn(node, args, { stdio: 'inherit', env });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  // A terminal sends Ctrl+C to both processes; passing it on as well would be a second one.
  process.on(signal, () => (signal === 'SIGINT' && process.stdin.isTTY ? undefined : child.kill(signal)));
}
child.on('exit', (code, signal) => process.exit(signal ? 128 + (constants.signals[signal] ?? 0) : (code ?? 1)));

function pinnedNode() {
  try {
    const manifest = createRequire(import.meta.url).resolve('node/package.json');
    const binary = join(dirname(manifest), 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    return existsSync(binary) ? binary : undefined;
  } catch (error) {
    if (error.code === 'MODULE_NOT_FOUND' || error.code === 'ERR_PACKAGE_PATH_NOT_EXPORTED') return undefined;
    throw error;
  }
}

function thisNode() {
  if (Number(process.versions.node.split('.')[0]) >= 26) return process.execPath;
  console.error(
    `conv3n runs on Node 26; this is ${process.version} and the npm package "node" is not installed beside it. Run: npm install`,
  );
  process.exit(1);
}
