// Starts and stops a measured server as a plain child process, and finds free ports and the Node of the machine.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, openSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { once } from '../load.mjs';
import { processTree } from '../process-tree.mjs';

const pollMs = 5;
const stopGraceMs = 20_000;

/** PATH as a user's shell has it: without the folders npm puts in front for its scripts. */
export function systemPath() {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => !folder.includes(join('node_modules', '.bin')) && !folder.includes('node-gyp-bin'))
    .join(delimiter);
}

/** The first Node on the machine's own PATH whose major version lies in the range, or undefined. */
export function systemNode(minimum, maximum) {
  for (const folder of systemPath().split(delimiter)) {
    const path = join(folder, 'node');
    if (!existsSync(path)) continue;
    const version = spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout?.trim();
    const major = Number(/^v(\d+)\./.exec(version ?? '')?.[1]);
    if (major >= minimum && major <= maximum) return { path, version, folder };
  }
  return undefined;
}

/** Free loopback ports, all distinct. */
export async function freePorts(count) {
  const servers = Array.from({ length: count }, () => createServer());
  await Promise.all(servers.map((server) => new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))));
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** Spawns a server that writes both outputs to `log`. The environment is the given one only, plus PATH and HOME. */
export function launch(command, args, { cwd, env, log }) {
  const out = openSync(log, 'a');
  const child = spawn(command, args, {
    cwd,
    env: { PATH: systemPath(), HOME: process.env.HOME ?? '/tmp', NO_COLOR: '1', ...env },
    stdio: ['ignore', out, out],
  });
  return { child, log, startedAt: performance.now() };
}

/** Polls until the request is answered as expected; answers the milliseconds since the server was spawned. */
export async function untilAnswers(server, request, deadlineMs = 120_000) {
  for (;;) {
    const { ok, text, status } = await once(request, 5000);
    const ms = performance.now() - server.startedAt;
    if (ok) return ms;
    const { exitCode, signalCode } = server.child;
    if (exitCode !== null || signalCode !== null)
      throw new Error(`The server ended (${signalCode ?? exitCode}) before it was ready; see ${server.log}.`);
    if (ms > deadlineMs)
      throw new Error(
        `${request.url} was not ready within ${deadlineMs} ms (status ${status}: ${text.slice(0, 200)}); see ${server.log}.`,
      );
    await sleep(pollMs);
  }
}

/** Asks the server to end, waits, and kills by id what is left of its tree. */
export async function stopServer({ child }) {
  const tree = processTree([child.pid]);
  if (child.exitCode === null && child.signalCode === null) {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await Promise.race([ended, sleep(stopGraceMs, undefined, { ref: false })]);
  }
  const deadline = performance.now() + 2000;
  while (tree.some(isAlive) && performance.now() < deadline) await sleep(20);
  for (const pid of tree) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    if (error.code === 'ESRCH') return false;
    throw error;
  }
}
