// Not an engine: a bare `node:http` server that parses the JSON and answers at once. It shows where load generator and machine end.
import { join } from 'node:path';
import { shapes } from '../shapes.mjs';
import { freePorts, launch, stopServer, untilAnswers } from './server-process.mjs';

export const name = 'bare-http';
export const title = 'node:http (ceiling)';
export const flush = 'nothing';
/** It takes part in these only. */
export const scenarios = ['webhook'];
export const version = process.version;
export const reason = undefined;
export const runsOn = `Node ${process.version}`;

export async function prepare(folder) {
  const [port] = await freePorts(1);
  return { port, log: join(folder, 'bare-http.log') };
}

export async function start(installation) {
  const server = launch(
    process.execPath,
    [join(import.meta.dirname, 'bare-http-server.mjs'), String(installation.port)],
    {
      env: {},
      log: installation.log,
    },
  );
  const readyMs = await untilAnswers(server, request({ installation }, 'intake'));
  return { installation, server, readyMs, firstAnswerMs: readyMs, roots: [server.child.pid] };
}

export async function stop({ server }) {
  await stopServer(server);
}

/** Where posts are answered `{"ok":true}`, as the far side of external steps. */
export const sinkUrl = ({ installation }) => `http://127.0.0.1:${installation.port}/`;

export function request({ installation }, shape) {
  return shape === 'intake'
    ? { url: sinkUrl({ installation }), method: 'POST', body: shapes.intake.body, mustContain: '"ok":true' }
    : undefined;
}

export function dataBytes() {
  return undefined;
}
