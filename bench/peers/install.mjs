// Installs the peers of the benchmark into bench/.peers (ignored by git): n8n (about 1.7 GB, some minutes), Node-RED and Restate.
// `node bench/peers/install.mjs [n8n] [node-red] [restate]`; without names, all. Versions are pinned so that results can be repeated.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { peersFolder } from '../drivers/peer-folder.mjs';
import { systemPath } from '../drivers/server-process.mjs';

/** What each peer needs. n8n's overrides replace packages that come from a CDN or moved on under unpinned ranges. */
const peers = {
  restate: {
    dependencies: { '@restatedev/restate-server': '1.7.12', '@restatedev/restate-sdk': '1.17.2' },
    proof: '@restatedev/restate-server/package.json',
  },
  'node-red': { dependencies: { 'node-red': '4.1.15' }, proof: 'node-red/package.json' },
  n8n: {
    dependencies: {
      n8n: '2.8.4',
      '@opentelemetry/core': '2.1.0',
      '@opentelemetry/api': '1.9.0',
      '@opentelemetry/sdk-trace-base': '2.1.0',
    },
    overrides: { xlsx: '0.18.5', '@langchain/langgraph-checkpoint': '1.0.0' },
    // Without it npm 11 spends more than ten minutes on peer dependencies.
    arguments: ['--legacy-peer-deps'],
    native: 'sqlite3',
    proof: 'sqlite3/build/Release/node_sqlite3.node',
  },
};

const wanted = process.argv.slice(2).length > 0 ? process.argv.slice(2) : Object.keys(peers);
for (const name of wanted) {
  const peer = peers[name];
  if (!peer) stop(`There is no peer "${name}". Peers: ${Object.keys(peers).join(', ')}.`);
  const folder = join(peersFolder, name);
  if (existsSync(join(folder, '.installed'))) {
    console.error(`${name}: installed`);
    continue;
  }
  console.error(`${name}: installing`);
  install(name, peer, folder);
}

function install(name, { dependencies, overrides, arguments: more = [], native, proof }, folder) {
  mkdirSync(folder, { recursive: true });
  const manifest = { name: `peer-${name}`, private: true, type: 'module', overrides, dependencies };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest, null, 2));
  const quiet = ['--no-fund', '--no-audit', '--loglevel=error'];
  // No install script runs but that of the one native package that is needed: older npm would run, and compile, them all.
  if (!npm(folder, 'install', '--ignore-scripts', ...quiet, ...more)) stop(`${name}: npm install failed in ${folder}.`);
  if (native) {
    // npm before 11 has no such command and needs no approval.
    npm(folder, 'install-scripts', 'approve', native);
    npm(folder, 'rebuild', native);
  }
  if (!existsSync(join(folder, 'node_modules', proof)))
    stop(
      native
        ? `${name}: ${native} has no binary. It is downloaded or compiled; for the latter: apt-get install build-essential python3`
        : `${name}: the install left no node_modules/${proof}.`,
    );
  writeFileSync(join(folder, '.installed'), new Date().toISOString());
}

/** npm of the machine, not of this repository, so that native parts fit the Node the peers run on. */
function npm(folder, ...args) {
  const env = { PATH: systemPath(), HOME: process.env.HOME ?? '/tmp' };
  return spawnSync('npm', args, { cwd: folder, env, stdio: ['ignore', 'ignore', 'inherit'] }).status === 0;
}

function stop(message) {
  console.error(message);
  process.exit(1);
}
