import { compileSchema } from '@conv3n/nexus';
import { isConv3nError } from '@conv3n/platform';
import { testPlatform } from '@conv3n/platform/testing';
import { createRuntime, memoryStorage } from '@conv3n/runtime';
import { describe, expect, it } from 'vitest';
import { systemErrors } from './errors.ts';
import { type SystemOptions, systemOperations, systemPlugin } from './system-plugin.ts';

async function start(options: Partial<SystemOptions> = {}) {
  const platform = testPlatform();
  const runtime = createRuntime({ platform, storage: memoryStorage(platform), compileSchema });
  await runtime.load(
    systemPlugin({
      versions: { protocol_version: '3.0.0', server_version: '1.2.3', api_version: 'v1', node: 'v26' },
      ready: () => ({ workflows: 'started' }),
      info: () => ({ public_url: 'http://127.0.0.1', data_dir: '/data', files_dir: '/files', flush: 'full' }),
      examples: async () => [],
      backup: async (file) => ({ file, bytes: 1 }),
      ...options,
    }),
  );
  await runtime.start();
  const call = (name: string, input: unknown = {}) => runtime.services.call<object>(name, input, platform.context());
  return { platform, call };
}

describe('the system operations', () => {
  it('answer as they declare', async () => {
    const { call, platform } = await start();
    await platform.advance(1500);
    const answers: Record<string, object> = {
      'system.health': { status: 'ok' },
      'system.ready': { status: 'ready', checks: { workflows: 'started' } },
      'system.version': { protocol_version: '3.0.0', server_version: '1.2.3', api_version: 'v1', node: 'v26' },
      'system.info': {
        public_url: 'http://127.0.0.1',
        data_dir: '/data',
        files_dir: '/files',
        flush: 'full',
        uptime_ms: 1500,
        examples: [],
      },
      'system.backup': { file: '/tmp/b.db', bytes: 1 },
    };
    for (const operation of systemOperations) {
      const input = operation.id === 'system.backup' ? { file: '/tmp/b.db' } : {};
      const answer = await call(operation.id, input);
      expect(answer, operation.id).toEqual(answers[operation.id]);
      expect(compileSchema(operation.output)(answer)).toEqual([]);
    }
  });

  it('hand on why the server is not ready or a backup failed', async () => {
    const { call } = await start({
      ready: () => {
        throw systemErrors.error('not_ready', 'starting');
      },
      backup: async () => {
        throw systemErrors.error('backup_failed', 'no room');
      },
    });
    const codeOf = (name: string, input?: object) =>
      call(name, input).catch((error: unknown) => (isConv3nError(error) ? `${error.kind} ${error.code}` : 'other'));
    expect(await codeOf('system.ready')).toBe('unavailable not_ready');
    expect(await codeOf('system.backup', { file: 'x' })).toBe('precondition backup_failed');
    expect(await call('system.health')).toEqual({ status: 'ok' });
  });

  it('need no credential for health and readiness only, and admin for a backup', () => {
    const permissions = Object.fromEntries(systemOperations.map(({ id, permission }) => [id, permission]));
    expect(permissions).toEqual({
      'system.health': 'public',
      'system.ready': 'public',
      'system.version': 'authenticated',
      'system.info': ['workflows:read'],
      'system.backup': ['admin'],
    });
  });
});
