import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const entry = fileURLToPath(new URL('../../cli/src/main.ts', import.meta.url));

/** A server of its own, or the one that `CONV3N_STUDIO_LOGIN_URL` names. */
export interface ServerProcess {
  readonly loginUrl: string;
  stop(): Promise<void>;
}

function loginUrlOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const read = (chunk: Buffer) => {
      text += chunk.toString();
      const url = /http:\/\/\S+#token=\S+(?=\s)/.exec(text)?.[0];
      if (url !== undefined) resolve(url);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', () => reject(new Error(`The server ended before it was ready:\n${text}`)));
  });
}

/** Starts a server with an empty data directory on a free port. */
export async function startServerProcess(): Promise<ServerProcess> {
  const given = process.env['CONV3N_STUDIO_LOGIN_URL'];
  if (given !== undefined) return { loginUrl: given, stop: async () => undefined };
  const folder = await mkdtemp(join(tmpdir(), 'conv3n-studio-'));
  const child = spawn(process.execPath, ['--conditions=source', entry, 'start'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      CONV3N_PORT: '0',
      CONV3N_DATA_DIR: join(folder, 'data'),
      CONV3N_FILES_DIR: join(folder, 'files'),
    },
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const loginUrl = await loginUrlOf(child);
  return {
    loginUrl,
    async stop() {
      child.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
