// This engine with its defaults, run from the sources of this tree, or of the checkout BENCH_TREE names.
// BENCH_NODE_ARGS adds arguments to its Node, for profiles.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { processTree } from '../process-tree.mjs';
import { externalShape, shapes } from '../shapes.mjs';
import { webhookPath, workflows } from '../workflows/conv3n.mjs';
import { folderSize } from './folder-size.mjs';
import { freePorts, launch, stopServer, untilAnswers } from './server-process.mjs';

export const name = 'conv3n';
export const title = 'CONV3N';
export const flush = 'SQLite in WAL, synchronous=FULL, grouped commits (its default)';

const root = process.env.BENCH_TREE ?? join(import.meta.dirname, '..', '..');

const { compileCache, pinnedNode } = await import(join(root, 'scripts/setup.mjs'));

export const version = JSON.parse(readFileSync(join(root, 'apps/cli/package.json'), 'utf8')).version;
export const reason = undefined;
export const runsOn = `Node ${process.version}`;

export async function prepare(folder) {
  const [port] = await freePorts(1);
  const installation = {
    port,
    key: `c3n_${randomBytes(8).toString('hex')}_${randomBytes(32).toString('hex')}`,
    data: join(folder, 'conv3n'),
    files: join(folder, 'conv3n-files'),
    log: join(folder, 'conv3n.log'),
    ids: {},
  };
  const server = startNode(installation, []);
  try {
    await untilAnswers(server, readiness(installation));
    for (const [shape, workflow] of Object.entries(workflows))
      installation.ids[shape] = await publish(installation, workflow);
  } finally {
    await stopServer(server);
  }
  return installation;
}

async function publish({ port, key }, workflow) {
  const response = await fetch(`http://127.0.0.1:${port}/api/v1/workflows?publish=true`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(workflow),
  });
  const text = await response.text();
  if (response.status !== 201)
    throw new Error(`The workflow "${workflow.name}" was refused: ${response.status} ${text}`);
  return JSON.parse(text).data.id;
}

const readiness = ({ port }) => ({ url: `http://127.0.0.1:${port}/ready`, method: 'GET' });
const environment = ({ key }) => ({
  // As scripts/start.mjs sets it.
  NODE_COMPILE_CACHE: compileCache,
  CONV3N_BOOTSTRAP_API_KEY: key,
  CONV3N_EGRESS_ALLOW: '127.0.0.1',
});
const startArguments = ({ port, data, files }) => ['--port', String(port), '--data-dir', data, '--files-dir', files];

function startNode(installation, nodeArguments) {
  const entry = join(root, 'apps/cli/src/main.ts');
  return launch(
    pinnedNode,
    ['--conditions=source', ...nodeArguments, entry, 'start', ...startArguments(installation)],
    {
      cwd: root,
      env: environment(installation),
      log: installation.log,
    },
  );
}

function startNpm(installation) {
  return launch('npm', ['start', '--', ...startArguments(installation)], {
    cwd: root,
    env: environment(installation),
    log: installation.log,
  });
}

/** `recommended` starts as a user does, with `npm start`; without it the server is spawned directly, so that npm is not measured along. */
export async function start(installation, { recommended = false } = {}) {
  const nodeArguments = (process.env.BENCH_NODE_ARGS ?? '').split(' ').filter(Boolean);
  const server = recommended ? startNpm(installation) : startNode(installation, nodeArguments);
  const readyMs = await untilAnswers(server, readiness(installation));
  const firstAnswerMs = await untilAnswers(server, request({ installation }, 'intake'));
  return { installation, server, readyMs, firstAnswerMs, roots: [server.child.pid] };
}

export async function stop({ server }) {
  await stopServer(server);
}

/** Ends the server's processes at once, as a power cut would. */
export async function kill({ server }) {
  const ended = new Promise((resolve) => server.child.once('exit', resolve));
  for (const pid of processTree([server.child.pid])) process.kill(pid, 'SIGKILL');
  await ended;
}

export function request({ installation }, shape, options) {
  const { port, key, ids } = installation;
  if (!workflows[shape]) return undefined;
  const base = `http://127.0.0.1:${port}/api/v1`;
  const json = { 'content-type': 'application/json' };
  if (workflows[shape].nodes.hook)
    return { url: `${base}/webhooks/${webhookPath(shape)}`, method: 'POST', headers: json, ...shapes[shape] };
  const { body, mustContain } = shape === 'external' ? externalShape(options.count, options.url) : shapes[shape];
  return {
    url: `${base}/workflows/${ids[shape]}/execute?wait_ms=120000`,
    method: 'POST',
    headers: { ...json, authorization: `Bearer ${key}` },
    body: `{"input":${body}}`,
    mustContain: `"output":{${mustContain}}`,
  };
}

/** Calls an operation of the running server and answers its data. */
export async function call({ installation }, method, path, body) {
  const response = await fetch(`http://127.0.0.1:${installation.port}/api/v1${path}`, {
    method,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${installation.key}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer.error)}`);
  return answer.data;
}

/** The database file; a clean stop has written its log into it. */
export function dataBytes({ data }) {
  return folderSize(data, (path) => path.includes('conv3n.db'));
}
