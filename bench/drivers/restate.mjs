// Restate as one server process with its defaults, calling one service process on the Node that runs this benchmark.
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { externalShape, shapes } from '../shapes.mjs';
import { folderSize } from './folder-size.mjs';
import { installedVersion, peersFolder } from './peer-folder.mjs';
import { freePorts, launch, stopServer, untilAnswers } from './server-process.mjs';

export const name = 'restate';
export const title = 'Restate';
export const flush = 'RocksDB log, flushed before a step counts (its default)';

const home = join(peersFolder, 'restate');
const binary = join(
  home,
  'node_modules',
  '@restatedev',
  `restate-server-${process.platform}-${process.arch}`,
  'bin',
  'restate-server',
);

export const version = installedVersion('restate', '@restatedev/restate-server');
export const reason = 'run `node bench/peers/install.mjs restate`';
export const runsOn = `own binary, service on Node ${process.version}`;

export async function prepare(folder) {
  const [adminPort, ingressPort, nodePort, servicePort] = await freePorts(4);
  const data = join(folder, 'restate');
  mkdirSync(data, { recursive: true });
  copyFileSync(join(import.meta.dirname, '..', 'peers', 'restate', 'service.mjs'), join(home, 'service.mjs'));
  const installation = { adminPort, ingressPort, nodePort, servicePort, data, log: join(folder, 'restate.log') };
  const servers = await startBoth(installation);
  try {
    const response = await fetch(`http://127.0.0.1:${adminPort}/deployments`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ uri: `http://127.0.0.1:${servicePort}` }),
    });
    if (!response.ok) throw new Error(`Restate refused the service: ${response.status} ${await response.text()}`);
    await untilAnswers(servers.server, request({ installation }, 'durable-1'));
  } finally {
    await stop(servers);
  }
  return installation;
}

async function startBoth({ adminPort, ingressPort, nodePort, servicePort, data, log }) {
  const server = launch(
    binary,
    [
      '--base-dir',
      data,
      '--no-logo',
      '--bind-ip',
      '127.0.0.1',
      '--bind-port',
      String(nodePort),
      '--listen-mode',
      'tcp',
    ],
    {
      log,
      env: {
        RESTATE_DISABLE_TELEMETRY: 'true',
        RESTATE_ADMIN__BIND_ADDRESS: `127.0.0.1:${adminPort}`,
        RESTATE_INGRESS__BIND_ADDRESS: `127.0.0.1:${ingressPort}`,
      },
    },
  );
  const service = launch(process.execPath, [join(home, 'service.mjs'), String(servicePort)], { env: {}, log });
  const readyMs = await untilAnswers(server, { url: `http://127.0.0.1:${adminPort}/health`, method: 'GET' });
  return { server, service, readyMs };
}

export async function start(installation) {
  const servers = await startBoth(installation);
  const firstAnswerMs = await untilAnswers(servers.server, request({ installation }, 'durable-1'));
  return { installation, ...servers, firstAnswerMs, roots: [servers.server.child.pid, servers.service.child.pid] };
}

export async function stop({ server, service }) {
  await stopServer(server);
  await stopServer(service);
}

export function request({ installation }, shape, options) {
  const call = (handler, input, mustContain) => ({
    url: `http://127.0.0.1:${installation.ingressPort}/shapes/${handler}`,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(input),
    mustContain,
  });
  const durable = /^durable-(\d+)$/.exec(shape);
  if (durable) return call('steps', { count: Number(durable[1]), n: 0 }, shapes[shape].mustContain);
  if (shape === 'loop') return call('steps', { count: 1000, n: 0 }, shapes.loop.mustContain);
  if (shape.startsWith('payload ')) return { ...call('copy', {}), ...shapes[shape] };
  if (shape === 'external') {
    const { body, mustContain } = externalShape(options.count, options.url);
    return { ...call('external', {}), body, mustContain };
  }
  return undefined;
}

export function dataBytes({ data }) {
  return folderSize(data);
}
