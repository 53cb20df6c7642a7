import { compileSchema } from '@conv3n/nexus';
import { isConv3nError } from '@conv3n/platform';
import { testPlatform } from '@conv3n/platform/testing';
import { createRuntime, memoryStorage } from '@conv3n/runtime';
import { describe, expect, it } from 'vitest';
import { secretsPlugin } from './secrets-plugin.ts';

const key = new Uint8Array(32).fill(7);

async function start(platform = testPlatform(), storage = memoryStorage(platform), sealWith = key) {
  const runtime = createRuntime({ platform, storage, compileSchema });
  await runtime.load(secretsPlugin({ key: sealWith }));
  await runtime.start();
  const call = <Output>(name: string, input: unknown) => runtime.services.call<Output>(name, input, platform.context());
  return { platform, storage, call };
}

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'resolved',
    (error: unknown) => (isConv3nError(error) ? error.code : String(error)),
  );

describe('secrets', () => {
  it('resolves what was set, replaces it, and forgets it when deleted', async () => {
    const { call } = await start();
    await call('secrets.set', { name: 'token', value: 'first' });
    await call('secrets.set', { name: 'token', value: 'second — ünïcode' });
    expect(await call('secrets.resolve', { name: 'token' })).toEqual({ value: 'second — ünïcode' });
    await call('secrets.delete', { name: 'token' });
    expect(await codeOf(call('secrets.resolve', { name: 'token' }))).toBe('secret_not_found');
    expect(await codeOf(call('secrets.delete', { name: 'token' }))).toBe('secret_not_found');
  });

  it('never stores or lists a value', async () => {
    const { call, storage } = await start();
    await call('secrets.set', { name: 'token', value: 'correct horse battery staple' });
    expect(JSON.stringify(await storage.list('secrets'))).not.toContain('correct horse');
    expect(JSON.stringify(await call('secrets.list', {}))).not.toContain('correct horse');
  });

  it('tells what to do when the key changed', async () => {
    const first = await start();
    await first.call('secrets.set', { name: 'token', value: 'v' });
    const second = await start(first.platform, first.storage, new Uint8Array(32).fill(8));
    expect(await codeOf(second.call('secrets.resolve', { name: 'token' }))).toBe('secret_unreadable');
  });

  it('binds a sealed value to its name, so rows cannot be swapped', async () => {
    const { call, storage } = await start();
    await call('secrets.set', { name: 'a', value: '1' });
    await call('secrets.set', { name: 'b', value: '2' });
    const a = await storage.get('secrets', 'a');
    await storage.write([{ kind: 'put', namespace: 'secrets', key: 'b', value: a?.value ?? null }]);
    expect(await codeOf(call('secrets.resolve', { name: 'b' }))).toBe('secret_unreadable');
  });

  it.each(['', '1a', 'a-b', 'a.b', `a${'b'.repeat(64)}`])('refuses the name %j', async (name) => {
    const { call } = await start();
    expect(await codeOf(call('secrets.set', { name, value: 'v' }))).toBe('invalid_input');
  });

  it('lists page by page in order of name', async () => {
    const { call } = await start();
    for (const name of ['c', 'a', 'b']) await call('secrets.set', { name, value: 'v' });
    const first = await call<{ items: { name: string }[]; next_cursor: string }>('secrets.list', { limit: 2 });
    const second = await call<{ items: { name: string }[] }>('secrets.list', { limit: 2, cursor: first.next_cursor });
    expect([...first.items, ...second.items].map((item) => item.name)).toEqual(['a', 'b', 'c']);
  });
});
