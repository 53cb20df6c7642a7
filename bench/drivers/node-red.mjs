// Node-RED with the settings its package brings; it keeps flows, but no execution.
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { flowPath, flowShapes, flows } from '../peers/node-red/flows.mjs';
import { shapes } from '../shapes.mjs';
import { installedVersion, peersFolder } from './peer-folder.mjs';
import { freePorts, launch, stopServer, systemNode, untilAnswers } from './server-process.mjs';

export const name = 'node-red';
export const title = 'Node-RED';
export const flush = 'stores no executions';

const node = systemNode(18, 26);
const home = join(peersFolder, 'node-red', 'node_modules', 'node-red');

export const version = node ? installedVersion('node-red', 'node-red') : undefined;
export const reason = node ? 'run `node bench/peers/install.mjs node-red`' : 'Node-RED needs a Node on PATH';
export const runsOn = node ? `Node ${node.version}` : undefined;

export async function prepare(folder) {
  const [port] = await freePorts(1);
  const data = join(folder, 'node-red');
  mkdirSync(data, { recursive: true });
  copyFileSync(join(home, 'settings.js'), join(data, 'settings.js'));
  writeFileSync(join(data, 'flows.json'), JSON.stringify(flows));
  return { port, data, log: join(folder, 'node-red.log') };
}

export async function start(installation) {
  const { port, data, log } = installation;
  const defines = ['uiHost=127.0.0.1', 'telemetry.enabled=false', 'flowFile=flows.json'].flatMap((define) => [
    '-D',
    define,
  ]);
  const server = launch(node.path, [join(home, 'red.js'), '-u', data, '-p', String(port), ...defines], {
    env: {},
    log,
  });
  const readyMs = await untilAnswers(server, { url: `http://127.0.0.1:${port}/`, method: 'GET' });
  const firstAnswerMs = await untilAnswers(server, request({ installation }, 'intake'));
  return { installation, server, readyMs, firstAnswerMs, roots: [server.child.pid] };
}

export async function stop({ server }) {
  await stopServer(server);
}

export function request({ installation }, shape) {
  if (!flowShapes.includes(shape)) return undefined;
  return {
    url: `http://127.0.0.1:${installation.port}${flowPath(shape)}`,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    ...shapes[shape],
  };
}

/** Node-RED has nothing that grows with executions. */
export function dataBytes() {
  return undefined;
}
