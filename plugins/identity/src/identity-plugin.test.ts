import { compileSchema, type OperationReply } from '@conv3n/nexus';
import { type CallContext, isConv3nError } from '@conv3n/platform';
import { testPlatform } from '@conv3n/platform/testing';
import { createRuntime, memoryStorage } from '@conv3n/runtime';
import { describe, expect, it } from 'vitest';
import { type IdentityOptions, identityPlugin } from './identity-plugin.ts';
import { loginTokenMs } from './login-token.ts';
import { sessionMs } from './session.ts';

async function start(options: Partial<IdentityOptions> = {}) {
  const platform = testPlatform();
  const storage = memoryStorage(platform);
  const runtime = createRuntime({ platform, storage, compileSchema });
  await runtime.load(identityPlugin({ publicUrl: () => 'http://127.0.0.1:3000', ...options }));
  await runtime.start();
  const call = <Output>(name: string, input: unknown, context: CallContext = platform.context()) =>
    runtime.services.call<Output>(name, input, context);
  const createKey = async (scopes: readonly string[], context?: CallContext) =>
    (await call<OperationReply>('api_keys.create', { name: 'k', scopes }, context)).data as { id: string; key: string };
  return { platform, storage, runtime, call, createKey };
}

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'resolved',
    (error: unknown) => (isConv3nError(error) ? error.code : String(error)),
  );

describe('sign-in', () => {
  it('exchanges a token once for a session whose cookie authenticates', async () => {
    const { call } = await start();
    const url = await call<string>('identity.login_url', {});
    const token = url.split('#token=')[1] as string;
    const answer = await call<OperationReply>('auth.exchange', { token });
    const cookie = answer.headers?.['set-cookie'] as string;
    expect(cookie).toMatch(/^conv3n_session=[0-9a-f]{64}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+$/);
    const header = cookie.split(';')[0] as string;
    expect(await call('identity.authenticate', { cookie: `other=1; ${header}` })).toMatchObject({
      via: 'cookie',
      scopes: ['admin'],
    });
    expect(await codeOf(call('auth.exchange', { token }))).toBe('login_token_invalid');
  });

  it('refuses a token after ten minutes', async () => {
    const { call, platform } = await start();
    const { url } = await call<{ url: string }>('auth.login_url', {});
    await platform.advance(loginTokenMs);
    expect(await codeOf(call('auth.exchange', { token: url.split('#token=')[1] }))).toBe('login_token_invalid');
  });

  it('ends a session at logout and by time', async () => {
    const { call, platform } = await start();
    const open = async () => {
      const { url } = await call<{ url: string }>('auth.login_url', {});
      const answer = await call<OperationReply>('auth.exchange', { token: url.split('#token=')[1] });
      return String(answer.headers?.['set-cookie']).split(';')[0] as string;
    };
    const first = await open();
    await call('auth.logout', { cookie: first });
    expect(await call('identity.authenticate', { cookie: first })).toBeNull();
    const second = await open();
    await platform.advance(sessionMs);
    expect(await call('identity.authenticate', { cookie: second })).toBeNull();
  });

  it('marks the cookie Secure behind an https public URL', async () => {
    const { call } = await start({ publicUrl: () => 'https://flows.example.org' });
    const url = await call<string>('identity.login_url', {});
    const answer = await call<OperationReply>('auth.exchange', { token: url.split('#token=')[1] });
    expect(answer.headers?.['set-cookie']).toContain('; Secure');
  });
});

describe('API keys', () => {
  it('authenticates a key as bearer and as header, and not once it is revoked', async () => {
    const { call, createKey } = await start();
    const { id, key } = await createKey(['workflows:read']);
    expect(await call('identity.authenticate', { authorization: `Bearer ${key}` })).toEqual({
      subject: `key:${id}`,
      scopes: ['workflows:read'],
      via: 'bearer',
    });
    expect(await call('identity.authenticate', { apiKey: key })).toMatchObject({ via: 'api_key' });
    await call('api_keys.revoke', { id });
    expect(await call('identity.authenticate', { apiKey: key })).toBeNull();
    expect(await codeOf(call('api_keys.revoke', { id }))).toBe('api_key_not_found');
  });

  it('stores only a digest: neither the key nor its secret half stands in storage', async () => {
    const { createKey, storage } = await start();
    const { key } = await createKey(['admin']);
    const stored = JSON.stringify(await storage.list('identity.keys'));
    expect(stored).not.toContain(key);
    expect(stored).not.toContain(key.split('_')[2]);
  });

  it.each(['', 'c3n_', 'c3n_0000000000000000_00', 'Bearer', `c3n_${'0'.repeat(16)}_${'0'.repeat(64)}`])(
    'answers null for the key %j',
    async (apiKey) => {
      const { call } = await start();
      expect(await call('identity.authenticate', { apiKey })).toBeNull();
    },
  );

  it('answers null for a key whose secret differs in one digit', async () => {
    const { call, createKey } = await start();
    const { key } = await createKey(['admin']);
    const last = key.endsWith('0') ? '1' : '0';
    expect(await call('identity.authenticate', { apiKey: key.slice(0, -1) + last })).toBeNull();
  });

  it('lets nobody hand out a scope it does not hold', async () => {
    const { createKey, platform } = await start();
    const limited = platform.context({
      caller: { subject: 'key:x', scopes: new Set(['keys:write', 'workflows:read']) },
    });
    expect(await codeOf(createKey(['admin'], limited))).toBe('scope_exceeded');
    expect(await codeOf(createKey(['workflows:read'], limited))).toBe('resolved');
  });

  it('stops accepting a key at its expiry and refuses an expiry in the past', async () => {
    const { call, platform } = await start();
    const expires_at = new Date(platform.clock.now() + 1000).toISOString();
    const made = (await call<OperationReply>('api_keys.create', { name: 'k', scopes: ['admin'], expires_at })).data as {
      key: string;
    };
    expect(await call('identity.authenticate', { apiKey: made.key })).not.toBeNull();
    await platform.advance(1000);
    expect(await call('identity.authenticate', { apiKey: made.key })).toBeNull();
    expect(await codeOf(call('api_keys.create', { name: 'k', scopes: ['admin'], expires_at }))).toBe(
      'api_key_expiry_past',
    );
  });

  it('knows whether an admin key exists, which listening beyond loopback needs', async () => {
    const { call, createKey } = await start();
    await createKey(['workflows:read']);
    expect(await call('identity.has_admin_key', {})).toBe(false);
    await createKey(['admin']);
    expect(await call('identity.has_admin_key', {})).toBe(true);
  });

  it('adopts the bootstrap key as admin, and fails to load on one of another form', async () => {
    const bootstrapKey = `c3n_${'a'.repeat(16)}_${'b'.repeat(64)}`;
    const { call } = await start({ bootstrapKey });
    expect(await call('identity.authenticate', { apiKey: bootstrapKey })).toMatchObject({ scopes: ['admin'] });
    const { runtime } = await start({ bootstrapKey: 'letmein' });
    expect(runtime.plugins()[0]).toMatchObject({ state: 'failed' });
  });

  it('accepts the command line token of this run', async () => {
    const { call } = await start({ cliToken: 'f'.repeat(64) });
    expect(await call('identity.authenticate', { authorization: `Bearer ${'f'.repeat(64)}` })).toMatchObject({
      subject: 'cli',
    });
    expect(await call('identity.authenticate', { authorization: `Bearer ${'f'.repeat(63)}` })).toBeNull();
  });
});

it('adopts the bootstrap key once: revoked, it does not come back with the next start', async () => {
  const bootstrapKey = `c3n_${'1'.repeat(16)}_${'2'.repeat(64)}`;
  const { call, storage, platform, runtime } = await start({ bootstrapKey });
  expect(await call('identity.has_admin_key', {})).toBe(true);
  await call('api_keys.revoke', { id: '1'.repeat(16) });
  await runtime.stop();
  const again = createRuntime({ platform, storage, compileSchema });
  await again.load(identityPlugin({ publicUrl: () => 'http://127.0.0.1', bootstrapKey }));
  await again.start();
  expect(await again.services.call('identity.authenticate', { apiKey: bootstrapKey }, platform.context())).toBeNull();
});
