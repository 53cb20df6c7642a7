import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestServer } from './test-server.ts';
import { doubling, hookWith } from './workflow-files.ts';

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start({ CONV3N_BODY_LIMIT: '20000' });
});
afterAll(() => server.remove());

describe('requests that fit no operation', () => {
  it.each(['/nothing', '/workflows/a/b/c', '/executions/a/nothing', '//api/v2/workflows', '//api/v1'])(
    'answer 404 for %s',
    async (path) => {
      await server.refused(404, 'endpoint_not_found', 'GET', path);
    },
  );

  it.each([
    ['PATCH', '/workflows', 'GET, POST'],
    ['POST', '/executions', 'GET'],
    ['DELETE', '/executions/x', 'GET'],
    ['PUT', '/secrets', 'GET, POST'],
    ['GET', '/run', 'POST'],
    ['POST', '//health', 'GET'],
  ])('answer 405 for %s %s and name what is possible', async (method, path, allow) => {
    const answer = await server.refused(405, 'method_not_allowed', method, path);
    expect(answer.headers.get('allow')).toBe(allow);
  });

  it('answer 406 when nothing that is accepted can be given', async () => {
    for (const accept of ['text/html', 'application/xml', 'text/event-stream'])
      await server.refused(406, 'not_acceptable', 'GET', '/workflows', { headers: { accept } });
    for (const accept of ['*/*', 'application/*', 'application/json', 'text/html, application/json;q=0.5'])
      await server.expect(200, 'GET', '/workflows', { headers: { accept } });
  });

  it('answer 415 for a body of another type or encoding', async () => {
    for (const headers of [
      { 'content-type': 'text/plain' },
      { 'content-type': 'application/xml' },
      { 'content-encoding': 'gzip' },
    ] as Record<string, string>[])
      await server.refused(415, 'unsupported_media_type', 'POST', '/workflows', { raw: '{}', headers });
  });

  it('answer 413 for a body beyond the limit, also of a webhook; a workflow file may be larger', async () => {
    const big = JSON.stringify({ input: 'x'.repeat(30_000) });
    const id = await server.createWorkflow(hookWith({ path: 'limited' }), true);
    await server.refused(413, 'body_too_large', 'POST', `/workflows/${id}/execute`, { raw: big });
    await server.refused(413, 'body_too_large', 'POST', '/webhooks/limited', { raw: big });
    await server.expect(201, 'POST', '/workflows', {
      body: doubling({
        description: 'x'.repeat(9_999),
        tags: Array.from({ length: 50 }, (_, n) => `${n}-${'t'.repeat(60)}`),
      }),
    });
  });

  it.each(['{', '{"a":}', 'nonsense', '\u0000', '[1,'])('answer 400 for the malformed body %j', async (raw) => {
    await server.refused(400, 'malformed_body', 'POST', '/secrets', { raw });
  });

  it('answer 400 for a body that is not UTF-8, and for one that is no object', async () => {
    await server.refused(400, 'malformed_body', 'POST', '/secrets', { raw: new Uint8Array([0x22, 0xff, 0xfe, 0x22]) });
    for (const raw of ['[]', '"x"', '7', 'null'])
      await server.refused(400, 'malformed_body', 'POST', '/secrets', { raw });
  });

  it('name unknown and missing fields with what was probably meant', async () => {
    const { error } = await server.refused(400, 'validation_failed', 'POST', '/secrets', {
      body: { nam: 'a', value: 'x', __proto__: { x: 1 } },
    });
    expect(error.violations?.map((item) => item.path).sort()).toEqual(['nam', 'name']);
    expect(error.violations?.find((item) => item.path === 'nam')?.message).toContain('name');
    const query = await server.refused(400, 'validation_failed', 'GET', '/workflows?limt=1');
    expect(query.error.violations).toMatchObject([{ path: 'limt' }]);
    expect(query.error.message).toContain('limit');
  });

  it('are refused on a path that cannot be decoded', async () => {
    const answer = await server.plain('GET', '/api/v1/workflows/%E0%A4%A', { authorization: `Bearer ${server.token}` });
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.text).error.code).toMatch(/^[a-z_]+$/);
  });
});

describe('the envelope', () => {
  it('echoes a request id that is a UUID and makes one otherwise, in headers too', async () => {
    const id = '0189abcd-0000-7000-8000-00000000000a';
    const given = await server.expect(200, 'GET', '/workflows', { headers: { 'x-request-id': id } });
    expect(given.headers.get('x-request-id')).toBe(id);
    expect(JSON.parse(given.text).metadata.request_id).toBe(id);
    const made = await server.expect(200, 'GET', '/workflows', { headers: { 'x-request-id': 'nope' } });
    expect(made.headers.get('x-request-id')).not.toBe('nope');
  });

  it('refuses protocol versions it does not speak', async () => {
    await server.refused(400, 'protocol_version_mismatch', 'GET', '/workflows', {
      headers: { 'x-protocol-version': '9.0.0' },
    });
    await server.refused(400, 'invalid_protocol_version', 'GET', '/workflows', {
      headers: { 'x-protocol-version': 'x' },
    });
  });

  it('is the same under /api/v1 and its alias /api', async () => {
    const one = await server.expect(200, 'GET', '/workflows');
    const two = await server.expect(200, 'GET', '//api/workflows');
    expect(two.data).toEqual(one.data);
  });

  it('stands around health, readiness and version at the root', async () => {
    expect((await server.expect(200, 'GET', '//health', { token: null })).data).toEqual({ status: 'ok' });
    expect((await server.expect(200, 'GET', '//ready', { token: null })).data).toMatchObject({
      status: 'ready',
      checks: { workflows: 'started' },
    });
    expect((await server.expect(200, 'GET', '//version')).data).toMatchObject({
      api_version: 'v1',
      node: process.version,
    });
  });

  it('describes every operation in OpenAPI, and shows it', async () => {
    const answer = await server.plain('GET', '/openapi.json', { authorization: `Bearer ${server.token}` });
    expect(answer.status).toBe(200);
    const { paths } = JSON.parse(answer.text) as { paths: Record<string, unknown> };
    expect(Object.keys(paths)).toContain('/api/v1/workflows/{id}/execute');
    expect((await server.plain('GET', '/docs', {})).status).toBe(200);
  });
});
