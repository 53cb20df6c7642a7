// n8n in its default mode: one main process with SQLite and the internal task runner, successful executions saved.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { workflowId, workflows } from '../peers/n8n/workflows.mjs';
import { shapes } from '../shapes.mjs';
import { folderSize } from './folder-size.mjs';
import { installedVersion, peersFolder } from './peer-folder.mjs';
import { freePorts, launch, stopServer, systemNode, systemPath, untilAnswers } from './server-process.mjs';

export const name = 'n8n';
export const title = 'n8n';
export const flush = 'SQLite in WAL (its default), one write when an execution ends; default saving on';

const node = systemNode(20, 24);
const bin = join(peersFolder, 'n8n', 'node_modules', 'n8n', 'bin', 'n8n');

/** The installed version, or undefined; `reason` says what is missing. */
export const version = node ? installedVersion('n8n', 'n8n') : undefined;
export const reason = node ? 'run `node bench/peers/install.mjs n8n`' : 'n8n needs a Node 20 to 24 on PATH';
export const runsOn = node ? `Node ${node.version}` : undefined;

function environment({ data, port, brokerPort }) {
  return {
    PATH: `${node.folder}:${systemPath()}`,
    N8N_USER_FOLDER: data,
    N8N_PORT: String(port),
    N8N_LISTEN_ADDRESS: '127.0.0.1',
    N8N_RUNNERS_BROKER_PORT: String(brokerPort),
    N8N_DIAGNOSTICS_ENABLED: 'false',
    N8N_PERSONALIZATION_ENABLED: 'false',
    N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
    N8N_TEMPLATES_ENABLED: 'false',
  };
}

/** Migrates a database and publishes every workflow in it, once per set of workflows; later runs copy it. */
function template(ports) {
  const content = JSON.stringify(workflows);
  const key = createHash('sha256').update(content).update(version).digest('hex').slice(0, 12);
  const ready = join(peersFolder, `n8n-data-${key}`);
  if (existsSync(ready)) return ready;
  const draft = `${ready}.draft`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  const files = join(draft, 'import');
  mkdirSync(files);
  for (const workflow of Object.values(workflows))
    writeFileSync(join(files, `${workflow.id}.json`), JSON.stringify(workflow));
  const env = { HOME: process.env.HOME ?? '/tmp', NO_COLOR: '1', ...environment({ data: draft, ...ports }) };
  const command = (...args) =>
    execFileSync(node.path, [bin, ...args], { env, stdio: ['ignore', 'ignore', 'inherit'], timeout: 120_000 });
  command('import:workflow', '--separate', `--input=${files}`);
  for (const { id } of Object.values(workflows)) command('publish:workflow', `--id=${id}`);
  rmSync(files, { recursive: true });
  renameSync(draft, ready);
  return ready;
}

export async function prepare(folder) {
  const [port, brokerPort] = await freePorts(2);
  const data = join(folder, 'n8n');
  cpSync(template({ port, brokerPort }), data, { recursive: true });
  return { port, brokerPort, data, log: join(folder, 'n8n.log') };
}

export async function start(installation) {
  const { port, log } = installation;
  const server = launch(node.path, [bin, 'start'], { env: environment(installation), log });
  const readyMs = await untilAnswers(server, { url: `http://127.0.0.1:${port}/healthz/readiness`, method: 'GET' });
  const firstAnswerMs = await untilAnswers(server, request({ installation }, 'intake'));
  for (const { id } of Object.values(workflows)) {
    // A GET of a POST webhook is a 404 whose text tells whether it is registered yet; registration goes on after the first answer.
    const probe = {
      url: `http://127.0.0.1:${port}/webhook/${id}`,
      method: 'GET',
      status: 404,
      mustContain: 'POST request',
    };
    await untilAnswers(server, probe);
  }
  return { installation, server, readyMs, firstAnswerMs, roots: [server.child.pid] };
}

export async function stop({ server }) {
  await stopServer(server);
}

export function request({ installation }, shape) {
  if (!workflows[shape]) return undefined;
  return {
    url: `http://127.0.0.1:${installation.port}/webhook/${workflowId(shape)}`,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    ...shapes[shape],
  };
}

export function dataBytes({ data }) {
  return folderSize(join(data, '.n8n'), (path) => path.includes('database.sqlite'));
}
