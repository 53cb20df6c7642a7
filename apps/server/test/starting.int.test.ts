import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isConv3nError } from '@conv3n/platform';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startServer } from '../src/start-server.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'conv3n-start-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const env = (more: Readonly<Record<string, string>> = {}) => ({
  CONV3N_PORT: '0',
  CONV3N_LOG_LEVEL: 'error',
  CONV3N_DRAIN_GRACE: '1s',
  ...more,
});

async function refusal(more: Readonly<Record<string, string>>) {
  try {
    const server = await startServer({ cwd: folder, env: env(more) });
    await server.stop();
  } catch (error) {
    if (isConv3nError(error)) return error;
    throw error;
  }
  throw new Error('The server started.');
}

describe('starting', () => {
  it('names every wrong setting with its place', async () => {
    writeFileSync(join(folder, 'conv3n.yaml'), 'max_running: none\nprot: 1\n');
    const error = await refusal({ CONV3N_FLUSH: 'never', CONV3N_RETENTION_AGE: 'long', CONV3N_PORT: '99999' });
    expect(error.code).toBe('config_invalid');
    expect(error.violations?.map((violation) => violation.path).sort()).toEqual([
      'CONV3N_FLUSH',
      'CONV3N_PORT',
      'CONV3N_RETENTION_AGE',
      'conv3n.yaml: max_running',
      'conv3n.yaml: prot',
    ]);
    for (const { path, message } of error.violations ?? []) expect(message).toContain(path.split(': ').at(-1));
  });

  it('is refused beyond loopback without an admin key, and allowed with one', async () => {
    const error = await refusal({ CONV3N_HOST: '0.0.0.0' });
    expect(error.code).toBe('listen_beyond_loopback');
    const server = await startServer({
      cwd: folder,
      env: env({ CONV3N_HOST: '0.0.0.0', CONV3N_BOOTSTRAP_API_KEY: `c3n_${'a'.repeat(16)}_${'b'.repeat(64)}` }),
    });
    await server.stop();
    const again = await startServer({ cwd: folder, env: env({ CONV3N_HOST: '0.0.0.0' }) });
    await again.stop();
  });

  it('is refused on a port that is taken, and leaves nothing open behind', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => holder.once('listening', resolve));
    const { port } = holder.address() as AddressInfo;
    expect((await refusal({ CONV3N_PORT: String(port) })).code).toBe('port_in_use');
    await new Promise((resolve) => holder.close(resolve));
    const server = await startServer({ cwd: folder, env: env({ CONV3N_PORT: String(port) }) });
    expect(new URL(server.url).port).toBe(String(port));
    await server.stop();
  });

  it('is refused with a weak bootstrap key, a bad secrets key, and folders inside one another', async () => {
    expect((await refusal({ CONV3N_BOOTSTRAP_API_KEY: 'password' })).message).toContain('c3n_');
    expect((await refusal({ CONV3N_SECRETS_KEY: 'short' })).code).toBe('secrets_key_invalid');
    expect((await refusal({ CONV3N_FILES_DIR: join(folder, 'data', 'files') })).code).toBe('config_invalid');
    expect((await refusal({ CONV3N_FILES_DIR: folder })).code).toBe('config_invalid');
  });

  it('shows expressions only the environment it allows', async () => {
    const server = await startServer({
      cwd: folder,
      env: env({ CONV3N_ENV_ALLOW: 'SHOWN', SHOWN: 'yes', HIDDEN: 'no' }),
    });
    const { token } = JSON.parse((await import('node:fs')).readFileSync(join(folder, 'data', 'cli-token'), 'utf8')) as {
      token: string;
    };
    const response = await fetch(`${server.url}/api/v1/run`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        workflow: {
          schema: 'conv3n.workflow/v1',
          name: 'Env',
          nodes: {
            a: {
              type: 'std/transform',
              config: { set: { shown: '{{ $env.SHOWN }}', hidden: '{{ $env.HIDDEN ?? null }}' } },
            },
          },
          edges: [],
        },
      }),
    });
    const { data } = (await response.json()) as { data: { output: unknown } };
    await server.stop();
    expect(data.output).toEqual({ shown: 'yes', hidden: null });
  });
});
