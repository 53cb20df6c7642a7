import type { Operation } from '@conv3n/nexus';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { declaredOperations } from './declared-operations.ts';
import { TestServer } from './test-server.ts';
import { doubling, hookWith } from './workflow-files.ts';

let server: TestServer;
let operations: readonly Operation[];
beforeAll(async () => {
  server = await TestServer.start();
  operations = await declaredOperations();
});
afterAll(() => server.remove());

const allScopes = [
  'workflows:read',
  'workflows:write',
  'workflows:execute',
  'executions:read',
  'executions:control',
  'triggers:write',
  'secrets:write',
  'keys:write',
  'plugins:write',
];

/** Scopes by operation as the contract gives them, section 4, written down a second time on purpose. */
const needed: Readonly<Record<string, readonly string[]>> = {
  'workflows.run': ['workflows:write', 'workflows:execute'],
  'workflows.create': ['workflows:write'],
  'workflows.list': ['workflows:read'],
  'workflows.get': ['workflows:read'],
  'workflows.update': ['workflows:write'],
  'workflows.delete': ['workflows:write'],
  'workflows.versions': ['workflows:read'],
  'workflows.version': ['workflows:read'],
  'workflows.publish': ['workflows:write', 'triggers:write'],
  'workflows.unpublish': ['workflows:write', 'triggers:write'],
  'workflows.validate': ['workflows:read'],
  'workflows.execute': ['workflows:execute'],
  'executions.list': ['executions:read'],
  'executions.get': ['executions:read'],
  'executions.definition': ['executions:read'],
  'executions.events': ['executions:read'],
  'executions.follow': ['executions:read'],
  'executions.step': ['executions:read'],
  'executions.cancel': ['executions:control'],
  'executions.retry': ['workflows:execute', 'executions:control'],
  'executions.decide': ['executions:control'],
  'triggers.list': ['workflows:read'],
  'triggers.get': ['workflows:read'],
  'triggers.create': ['triggers:write'],
  'triggers.update': ['triggers:write'],
  'triggers.delete': ['triggers:write'],
  'secrets.list': ['secrets:write'],
  'secrets.set': ['secrets:write'],
  'secrets.delete': ['secrets:write'],
  'api_keys.list': ['keys:write'],
  'api_keys.create': ['keys:write'],
  'api_keys.revoke': ['keys:write'],
  'blocks.list': ['workflows:read'],
  'expressions.evaluate': ['workflows:read', 'executions:read'],
  'system.info': ['workflows:read'],
  'system.backup': ['admin'],
  'auth.login_url': ['admin'],
};
const open = ['system.health', 'system.ready', 'auth.exchange', 'webhooks.receive'];
const anyCredential = ['system.version', 'auth.session', 'auth.logout'];

const requestOf = ({ http }: Operation) => {
  const path = http.path
    .replace('{path...}', 'x')
    .replaceAll(/\{[a-z_]+\}/g, (name) => (name === '{version}' ? '1' : 'x'));
  return {
    method: http.method === '*' ? 'POST' : http.method,
    path: http.root ? `/${path}` : path,
    headers: (http.accept ? { accept: http.accept } : {}) as Record<string, string>,
  };
};

describe('every operation', () => {
  it('has its place in the table of scopes', () => {
    expect(operations.map((operation) => operation.id)).toEqual(
      [...Object.keys(needed), ...open, ...anyCredential].sort(),
    );
  });

  it('answers 401 without a credential and with a wrong one, on loopback too, unless it is open', async () => {
    for (const operation of operations) {
      const { method, path, headers } = requestOf(operation);
      if (open.includes(operation.id)) {
        const answer = await server.call(method, path, { token: null, headers });
        expect(answer.code, operation.id).not.toBe('credential_required');
        continue;
      }
      const without = await server.refused(401, 'credential_required', method, path, { token: null, headers });
      expect(without.headers.get('www-authenticate')).toContain('Bearer');
      for (const token of ['nonsense', `c3n_${'0'.repeat(16)}_${'0'.repeat(64)}`])
        await server.refused(401, 'credential_invalid', method, path, { token, headers });
      await server.refused(401, 'credential_invalid', method, path, {
        token: null,
        headers: { ...headers, 'x-api-key': 'x' },
      });
      await server.refused(401, 'credential_invalid', method, path, {
        token: null,
        headers: { ...headers, cookie: `conv3n_session=${'a'.repeat(64)}` },
      });
    }
  });

  it('answers 403 and names the scope when one is missing, and lets a caller pass who holds exactly what is needed', async () => {
    for (const [id, scopes] of Object.entries(needed)) {
      const operation = operations.find((candidate) => candidate.id === id) as Operation;
      const { method, path, headers } = requestOf(operation);
      for (const scope of scopes) {
        const others = allScopes.filter((other) => other !== scope);
        const { key } = await server.createKey(others);
        const { error } = await server.refused(403, 'permission_denied', method, path, { token: key, headers });
        expect(error.details, id).toEqual({ missing_scopes: [scope] });
        expect(error.message).toContain(scope);
      }
      const { key } = await server.createKey(scopes);
      const answer = await server.call(method, path, { token: key, headers });
      expect([401, 403], `${id}: ${answer.text}`).not.toContain(answer.status);
    }
  });

  it('takes admin for every scope, as a bearer token and as X-Api-Key', async () => {
    const { key } = await server.createKey(['admin']);
    await server.expect(200, 'GET', '/workflows', { token: key });
    await server.expect(200, 'GET', '//version', { token: null, headers: { 'x-api-key': key } });
  });
});

describe('publishing while saving', () => {
  it('needs what publishing needs, and stores nothing without it', async () => {
    const { key } = await server.createKey(['workflows:write', 'workflows:read']);
    const body = hookWith({ path: 'sneaky' }, undefined, { name: 'Sneaky' });
    const refused = await server.refused(403, 'permission_denied', 'POST', '/workflows?publish=true', {
      body,
      token: key,
    });
    expect(refused.error.details).toEqual({ missing_scopes: ['triggers:write'] });
    expect((await server.expect(200, 'GET', '/workflows?query=sneaky')).data.items).toEqual([]);
    const { data } = await server.expect(201, 'POST', '/workflows', { body, token: key });
    await server.refused(403, 'permission_denied', 'PUT', `/workflows/${data.id}?publish=true`, {
      body,
      token: key,
      headers: { 'if-match': '1' },
    });
    expect((await server.expect(200, 'GET', `/workflows/${data.id}`)).data.version).toBe(1);
  });
});

describe('API keys', () => {
  it('are shown once and work until they are revoked', async () => {
    const made = await server.expect(201, 'POST', '/api-keys', { body: { name: 'ci', scopes: ['workflows:read'] } });
    const { id, key } = made.data;
    expect(key).toMatch(/^c3n_[0-9a-f]{16}_[0-9a-f]{64}$/);
    expect(made.data).toMatchObject({ name: 'ci', scopes: ['workflows:read'], expires_at: null, last_used_at: null });
    await server.expect(200, 'GET', '/workflows', { token: key });
    const list = await server.expect(200, 'GET', '/api-keys?limit=200');
    expect(list.data.items).toContainEqual(
      expect.objectContaining({ id, name: 'ci', last_used_at: expect.any(String) }),
    );
    expect(list.text).not.toContain(key.split('_')[2]);
    await server.expect(204, 'DELETE', `/api-keys/${id}`);
    await server.refused(401, 'credential_invalid', 'GET', '/workflows', { token: key });
    await server.refused(404, 'api_key_not_found', 'DELETE', `/api-keys/${id}`);
  });

  it('expire', async () => {
    const { key } = await server.createKey(['workflows:read'], {
      expires_at: new Date(Date.now() + 400).toISOString(),
    });
    await server.expect(200, 'GET', '/workflows', { token: key });
    await new Promise((resolve) => setTimeout(resolve, 450));
    await server.refused(401, 'credential_invalid', 'GET', '/workflows', { token: key });
    await server.refused(400, 'api_key_expiry_past', 'POST', '/api-keys', {
      body: { name: 'x', scopes: ['admin'], expires_at: '2020-01-01T00:00:00.000Z' },
    });
  });

  it('hand out no scope their maker lacks', async () => {
    const { key } = await server.createKey(['keys:write', 'workflows:read']);
    const { error } = await server.refused(403, 'scope_exceeded', 'POST', '/api-keys', {
      token: key,
      body: { name: 'x', scopes: ['workflows:read', 'admin'] },
    });
    expect(error.message).toContain('admin');
    await server.expect(201, 'POST', '/api-keys', { token: key, body: { name: 'x', scopes: ['workflows:read'] } });
  });

  it.each([
    { scopes: ['admin'] },
    { name: 'x' },
    { name: 'x', scopes: [] },
    { name: 'x', scopes: ['root'] },
    { name: 'x', scopes: ['admin'], expires_at: 'soon' },
    { name: '', scopes: ['admin'] },
  ])('refuse %j', async (body) => {
    await server.refused(400, 'validation_failed', 'POST', '/api-keys', { body });
  });
});

describe('sign-in', () => {
  const tokenOf = (url: string) => url.split('#token=')[1] as string;
  const exchange = (token: string) => server.call('POST', '/auth/exchange', { token: null, body: { token } });
  const signIn = async () => {
    const { data } = await server.expect(200, 'POST', '/auth/login-url');
    const answer = await exchange(tokenOf(data.url));
    expect(answer.status).toBe(200);
    return (answer.headers.get('set-cookie') as string).split(';')[0] as string;
  };
  const same = () => ({ origin: server.url });

  it('works once with the printed URL and sets a cookie no script reads', async () => {
    expect(server.running.loginUrl).toMatch(new RegExp(`^${server.url}/#token=[0-9a-f]{64}$`));
    const answer = await exchange(tokenOf(server.running.loginUrl));
    expect(answer.status).toBe(200);
    expect(answer.headers.get('set-cookie')).toMatch(
      /^conv3n_session=[0-9a-f]{64}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+$/,
    );
    const again = await exchange(tokenOf(server.running.loginUrl));
    expect([again.status, again.code]).toEqual([401, 'login_token_invalid']);
    expect((await exchange('f'.repeat(64))).status).toBe(401);
  });

  it('reads with the cookie from anywhere, and writes only from pages of this server', async () => {
    const cookie = await signIn();
    const session = await server.expect(200, 'GET', '/auth/session', { token: null, headers: { cookie } });
    expect(session.data).toEqual({ subject: 'user:local', scopes: ['admin'] });
    const write = (headers: Record<string, string>) =>
      server.call('POST', '/workflows', { token: null, headers: { cookie, ...headers }, body: doubling() });
    for (const headers of [
      {},
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: `${server.url}.evil.example` },
      { origin: `http://localhost:1` },
    ] as Record<string, string>[]) {
      const answer = await write(headers);
      expect([answer.status, answer.code]).toEqual([403, 'cross_origin_write']);
    }
    expect((await write(same())).status).toBe(201);
  });

  it('ends with logout', async () => {
    const cookie = await signIn();
    await server.refused(403, 'cross_origin_write', 'POST', '/auth/logout', { token: null, headers: { cookie } });
    const out = await server.expect(204, 'POST', '/auth/logout', { token: null, headers: { cookie, ...same() } });
    expect(out.headers.get('set-cookie')).toMatch(/^conv3n_session=; .*Max-Age=0/);
    await server.refused(401, 'credential_invalid', 'GET', '/auth/session', { token: null, headers: { cookie } });
  });
});

describe('the door', () => {
  it('answers 421 for a Host it does not know, with and without a credential', async () => {
    for (const host of ['evil.example', 'evil.example:3000', '127.0.0.1.evil.example', '0.0.0.0', '']) {
      const answer = await server.plain('GET', '/health', { host, authorization: `Bearer ${server.token}` });
      expect([host, answer.status >= 400]).toEqual([host, true]);
      if (host !== '') expect([answer.status, JSON.parse(answer.text).error.code]).toEqual([421, 'unknown_host']);
    }
    for (const host of [`127.0.0.1:${new URL(server.url).port}`, 'localhost', 'localhost:3000'])
      expect((await server.plain('GET', '/health', { host })).status).toBe(200);
  });

  it('tells who runs it only to those who may know', async () => {
    const { data } = await server.expect(200, 'GET', '/info');
    expect(data).toMatchObject({ public_url: server.url, data_dir: server.dataDir, flush: 'full' });
    expect(data.examples.length).toBeGreaterThan(0);
    await server.refused(401, 'credential_required', 'GET', '//version', { token: null });
  });
});
