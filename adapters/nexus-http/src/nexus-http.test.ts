import { connect } from 'node:net';
import { type RawRequest, reply } from '@conv3n/nexus';
import { Conv3nError, type ErrorKind } from '@conv3n/platform';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openHouse, schema } from '../test/house.ts';

type House = Awaited<ReturnType<typeof openHouse>>;

let house: House;
beforeAll(async () => {
  house = await openHouse({ server: { allowedHosts: ['conv3n.example'] } });
  const thing = schema({
    type: 'object',
    required: ['id'],
    additionalProperties: false,
    properties: {
      id: { type: 'string' },
      limit: { type: 'integer', minimum: 1 },
      flag: { type: 'boolean' },
      tags: { type: 'array', items: { type: 'string' } },
      if_match: { type: 'integer' },
      name: { type: 'string' },
    },
  });
  house.add({
    id: 'things.get',
    input: thing,
    http: { method: 'GET', path: '/things/{id}', headers: { if_match: 'If-Match' } },
  });
  house.add({ id: 'things.update', input: thing, http: { method: 'PUT', path: '/things/{id}', query: ['flag'] } });
  house.add({
    id: 'things.private',
    input: thing,
    permission: ['things:read'],
    http: { method: 'GET', path: '/private/{id}' },
  });
  house.add({
    id: 'things.write',
    permission: ['admin'],
    idempotency: 'unsafe',
    http: { method: 'POST', path: '/private' },
  });
  house.add({ id: 'things.create', http: { method: 'POST', path: '/things', statuses: [201] } }, () =>
    reply({ outcome: 'created', data: { id: 'a/b' }, headers: { 'Set-Cookie': 'k=v; HttpOnly' } }),
  );
  house.add({ id: 'things.accept', http: { method: 'POST', path: '/accepted' } }, () =>
    reply({ outcome: 'accepted', data: 1 }),
  );
  house.add({ id: 'things.empty', http: { method: 'DELETE', path: '/empty' } }, () => reply({ outcome: 'no_content' }));
  house.add({
    id: 'files.put',
    input: schema({ type: 'object', properties: { file: {}, id: { type: 'string' } } }),
    http: { method: 'PUT', path: '/files/{id}', body: 'file', maxBodyBytes: 64 },
  });
  house.add({ id: 'system.health', http: { method: 'GET', path: '/health', root: true } }, () => ({ status: 'ok' }));
  house.add<{ path: string; request: RawRequest }>(
    {
      id: 'webhooks.receive',
      input: schema({
        type: 'object',
        required: ['path', 'request'],
        properties: { path: { type: 'string' }, request: {} },
      }),
      http: { method: '*', path: '/webhooks/{path...}', body: '$raw', maxBodyBytes: 100 },
    },
    ({ path, request }) => {
      if (path === 'html') return reply({ raw: { status: 203, contentType: 'text/html', body: Buffer.from('<b>') } });
      return { ...request, rest: path, body: [...request.body] };
    },
  );
});
afterAll(() => house.close());

describe('binding', () => {
  it('reads path, query and headers by their schemas', async () => {
    const { status, json } = await house.send({
      path: '/api/v1/things/a%20b?limit=3&flag=true&tags=x&tags=y&protocol_version=3.0.0',
      headers: { 'if-match': '7' },
    });
    expect(status).toBe(200);
    expect(json.data).toEqual({ id: 'a b', if_match: 7, limit: 3, flag: true, tags: ['x', 'y'] });
  });

  it('joins the fields of a body with those of path and query', async () => {
    const answer = await house.send({ method: 'PUT', path: '/api/v1/things/a?flag=false', body: '{"name":"n"}' });
    expect(answer.json.data).toEqual({ id: 'a', flag: false, name: 'n' });
  });

  it('takes the whole body for one field, and no body for none', async () => {
    const put = (body?: string) =>
      house.send({ method: 'PUT', path: '/api/v1/files/1', ...(body !== undefined && { body }) });
    expect((await put('[1,null]')).json.data).toEqual({ id: '1', file: [1, null] });
    expect((await put()).json.data).toEqual({ id: '1' });
  });

  it('refuses a body field that stands in the path already', async () => {
    const { status, json } = await house.send({ method: 'PUT', path: '/api/v1/things/a', body: '{"id":"b"}' });
    expect(status).toBe(400);
    expect(json.error?.violations?.[0]?.path).toBe('id');
  });

  it('names unknown query parameters and suggests the one that was meant', async () => {
    const { json } = await house.send({ path: '/api/v1/things/a?limti=3' });
    expect(json.error).toMatchObject({
      code: 'validation_failed',
      violations: [{ path: 'limti', code: 'unknown_key' }],
    });
    expect(json.error?.violations?.[0]?.message).toContain('Did you mean "limit"?');
  });

  it('keeps __proto__ an ordinary unknown name', async () => {
    const { json } = await house.send({ method: 'PUT', path: '/api/v1/things/a', body: '{"__proto__":{"name":"x"}}' });
    expect(json.error?.violations?.map(({ path }) => path)).toEqual(['__proto__']);
    expect((await house.send({ path: '/api/v1/things/a?__proto__=1' })).status).toBe(400);
  });

  it('answers under the alias without version and at the root', async () => {
    expect((await house.send({ path: '/api/things/a' })).status).toBe(200);
    expect((await house.send({ path: '/health' })).json.data).toEqual({ status: 'ok' });
    expect((await house.send({ path: '/api/v1/things/a/' })).status).toBe(200);
  });

  it('answers HEAD as GET without a body', async () => {
    const { status, text, headers } = await house.send({ method: 'HEAD', path: '/health' });
    expect([status, text]).toEqual([200, '']);
    expect(Number(headers['content-length'])).toBeGreaterThan(10);
  });
});

describe('an answer', () => {
  it('carries its metadata as headers too', async () => {
    const id = '0189e9f0-0000-7000-8000-00000000abcd';
    const { headers, json } = await house.send({
      path: '/health',
      headers: { 'x-request-id': id, 'x-protocol-version': '3.0' },
    });
    expect(headers).toMatchObject({
      'x-request-id': id,
      'x-protocol-version': '3.0.0',
      'x-server-version': '1.2.3',
      'x-processing-time': '0',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    });
    expect(headers['x-protocol-warning']).toBeUndefined();
    expect(json.metadata).toMatchObject({ request_id: id, processing_time_ms: 0 });
  });

  it('warns in a header when no protocol version was named', async () => {
    expect((await house.send({ path: '/health' })).headers['x-protocol-warning']).toContain('3.0.0');
  });

  it('is 201 with the place of the created thing and the cookies of the handler', async () => {
    const { status, headers } = await house.send({ method: 'POST', path: '/api/things', body: '{}' });
    expect(status).toBe(201);
    expect(headers['location']).toBe('/api/things/a%2Fb');
    expect(headers['set-cookie']).toBe('k=v; HttpOnly');
  });

  it('is 202 when accepted and 204 without content', async () => {
    expect((await house.send({ method: 'POST', path: '/api/v1/accepted' })).status).toBe(202);
    const empty = await house.send({ method: 'DELETE', path: '/api/v1/empty' });
    expect([empty.status, empty.text]).toEqual([204, '']);
  });
});

describe('a raw operation', () => {
  it('gets the request as it came, with credentials set apart', async () => {
    const { json } = await house.send({
      method: 'PATCH',
      path: '/api/v1/webhooks/orders/new?a=1&a=2',
      body: Uint8Array.of(0, 255),
      headers: { authorization: 'secret', 'x-hub-signature-256': 'sha', 'x-gitlab-token': 't', 'x-plain': 'p' },
    });
    expect(json.data).toMatchObject({
      rest: 'orders/new',
      path: '/api/v1/webhooks/orders/new',
      method: 'PATCH',
      query: { a: ['1', '2'] },
      body: [0, 255],
      headers: { 'x-plain': 'p' },
      sensitiveHeaders: { authorization: 'secret', 'x-hub-signature-256': 'sha', 'x-gitlab-token': 't' },
    });
    expect(Object.keys((json.data as unknown as RawRequest).headers)).not.toContain('authorization');
  });

  it('answers raw in a sandbox', async () => {
    const { status, headers, text } = await house.send({ path: '/api/v1/webhooks/html' });
    expect([status, text]).toEqual([203, '<b>']);
    expect(headers).toMatchObject({
      'content-type': 'text/html',
      'content-security-policy': 'sandbox',
      'x-content-type-options': 'nosniff',
    });
  });

  it('keeps its own limit of bytes', async () => {
    const answer = await house.send({ method: 'POST', path: '/api/v1/webhooks/x', body: 'x'.repeat(101) });
    expect([answer.status, answer.json.error?.code]).toEqual([413, 'body_too_large']);
  });

  it('counts the bytes of a body that does not tell its length', async () => {
    const text = await rawExchange(
      house.port,
      `POST /api/v1/webhooks/x HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n80\r\n${'x'.repeat(128)}\r\n`,
    );
    expect(text).toContain('413 ');
  });
});

describe('a refusal', () => {
  it.each([
    ['an unknown path', { path: '/api/v1/nothing' }, 404, 'endpoint_not_found'],
    ['the base itself', { path: '/api/v1' }, 404, 'endpoint_not_found'],
    ['a wrong method', { method: 'POST', path: '/api/v1/things/a' }, 405, 'method_not_allowed'],
    ['a wrong method at the root', { method: 'POST', path: '/health' }, 405, 'method_not_allowed'],
    ['a method nobody knows', { method: 'PURGE', path: '/api/v1/things/a' }, 405, 'method_not_allowed'],
    ['broken JSON', { method: 'PUT', path: '/api/v1/things/a', body: '{"a' }, 400, 'malformed_body'],
    ['JSON that is no object', { method: 'PUT', path: '/api/v1/things/a', body: '[]' }, 400, 'malformed_body'],
    [
      'bytes that are not UTF-8',
      { method: 'PUT', path: '/api/v1/things/a', body: Uint8Array.of(0x22, 0xff, 0x22) },
      400,
      'malformed_body',
    ],
    [
      'a form',
      {
        method: 'PUT',
        path: '/api/v1/things/a',
        body: 'a=1',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      },
      415,
      'unsupported_media_type',
    ],
    [
      'a compressed body',
      { method: 'PUT', path: '/api/v1/things/a', body: '{}', headers: { 'content-encoding': 'gzip' } },
      415,
      'unsupported_media_type',
    ],
    ['an answer in HTML', { path: '/api/v1/things/a', headers: { accept: 'text/html' } }, 406, 'not_acceptable'],
    [
      'a body too large',
      { method: 'PUT', path: '/api/v1/files/1', body: `"${'x'.repeat(100)}"` },
      413,
      'body_too_large',
    ],
    [
      'a wrong version',
      { path: '/health', headers: { 'x-protocol-version': '9.0.0' } },
      400,
      'protocol_version_mismatch',
    ],
    ['no credential', { path: '/api/v1/private/a' }, 401, 'credential_required'],
    ['a wrong credential', { path: '/api/v1/private/a', headers: { 'x-api-key': 'wrong' } }, 401, 'credential_invalid'],
    [
      'a missing scope',
      { path: '/api/v1/private/a', headers: { authorization: 'Bearer nobody' } },
      403,
      'permission_denied',
    ],
    ['an unknown Host', { path: '/health', headers: { host: 'evil.example' } }, 421, 'unknown_host'],
    ['a malformed path', { path: '/api/v1/things/%zz' }, 400, 'request_malformed'],
  ])('of %s has a status and a code', async (_what, request, status, code) => {
    const answer = await house.send(request);
    expect([answer.status, answer.json.error?.code, answer.headers['x-error-code']]).toEqual([status, code, code]);
    expect(answer.json.metadata).toMatchObject({
      request_id: expect.any(String),
      protocol_version: '3.0.0',
      server_version: '1.2.3',
    });
  });

  it('names the methods that are possible, and how to authenticate', async () => {
    expect((await house.send({ method: 'POST', path: '/api/v1/things/a' })).headers['allow']).toBe('GET, PUT');
    expect((await house.send({ path: '/api/v1/private/a' })).headers['www-authenticate']).toBe('Bearer realm="conv3n"');
  });

  it.each<[ErrorKind, number]>([
    ['invalid', 400],
    ['unauthenticated', 401],
    ['denied', 403],
    ['not_found', 404],
    ['conflict', 409],
    ['precondition', 412],
    ['too_large', 413],
    ['unsupported', 415],
    ['misdirected', 421],
    ['exhausted', 429],
    ['cancelled', 499],
    ['internal', 500],
    ['unavailable', 503],
    ['timeout', 504],
  ])('of kind %s has the status %d', async (kind, status) => {
    const remove = house.add(
      { id: 'things.fail', errors: ['some_code'], http: { method: 'GET', path: '/fail' } },
      () => {
        throw new Conv3nError('some_code', 'Said so.', { kind, details: { retry_after_ms: 1500 } });
      },
    );
    const answer = await house.send({ path: '/api/v1/fail' });
    remove();
    expect([answer.status, answer.json.error?.code]).toEqual([status, 'some_code']);
    expect(answer.headers['retry-after']).toBe('2');
  });

  it('tells to come back in a second when the handler does not say when', async () => {
    const remove = house.add({ id: 'things.busy', http: { method: 'GET', path: '/busy' } }, () => {
      throw new Conv3nError('too_busy', 'Busy.', { kind: 'unavailable' });
    });
    expect((await house.send({ path: '/api/v1/busy' })).headers['retry-after']).toBe('1');
    remove();
  });

  it('hides what failed unexpectedly, also a header that cannot be sent', async () => {
    const remove = house.add({ id: 'things.bad', http: { method: 'GET', path: '/bad' } }, () =>
      reply({ headers: { 'x-a': 'a\r\nb: c' } }),
    );
    const answer = await house.send({ path: '/api/v1/bad' });
    remove();
    expect([answer.status, answer.json.error?.code]).toEqual([500, 'internal_error']);
  });
});

describe('the session cookie', () => {
  const cookie = 'conv3n_session=browser';
  const write = (headers: Record<string, string>) =>
    house.send({ method: 'POST', path: '/api/v1/private', body: '{}', headers });

  it('reads from anywhere', async () => {
    expect((await house.send({ path: '/api/v1/private/a', headers: { cookie } })).status).toBe(200);
  });

  it('writes from pages of this server only', async () => {
    const refused = async (headers: Record<string, string>) => (await write({ cookie, ...headers })).json.error?.code;
    expect(await refused({})).toBe('cross_origin_write');
    expect(await refused({ origin: 'null' })).toBe('cross_origin_write');
    expect(await refused({ origin: 'https://evil.example' })).toBe('cross_origin_write');
    expect(await refused({ origin: `http://127.0.0.1:${house.port}.evil.example` })).toBe('cross_origin_write');
    expect((await write({ cookie, origin: `http://127.0.0.1:${house.port}` })).status).toBe(200);
    expect((await write({ cookie, host: 'conv3n.example', origin: 'https://conv3n.example' })).status).toBe(200);
  });

  it('does not matter beside another credential', async () => {
    expect((await write({ authorization: 'Bearer admin', cookie })).status).toBe(200);
  });
});

it('adds and removes operations while it runs', async () => {
  const path = '/api/v1/late/1';
  expect((await house.send({ path })).status).toBe(404);
  const input = schema({ type: 'object', properties: { other: {} } });
  const remove = house.add({ id: 'late.get', input, http: { method: 'GET', path: '/late/{other}' } });
  const removeStream = house.add(
    {
      id: 'late.follow',
      input,
      event: {},
      http: { method: 'GET', path: '/late/{other}', accept: 'text/event-stream' },
    },
    () => reply({ stream: (async function* () {})() }),
  );
  expect((await house.send({ path })).json.data).toEqual({ other: '1' });
  expect((await house.send({ path, headers: { accept: 'text/event-stream' } })).headers['content-type']).toContain(
    'text/event-stream',
  );
  remove();
  expect((await house.send({ path })).status).toBe(406);
  removeStream();
  expect((await house.send({ path })).status).toBe(404);
});

it('does not cancel a call when its client leaves', async () => {
  let aborted: boolean | undefined;
  const { promise: started, resolve: start } = Promise.withResolvers<void>();
  const { promise: finish, resolve: release } = Promise.withResolvers<void>();
  const { promise: done, resolve: end } = Promise.withResolvers<void>();
  const remove = house.add({ id: 'slow.get', http: { method: 'GET', path: '/slow' } }, async (_input, { signal }) => {
    start();
    await finish;
    aborted = signal.aborted;
    end();
  });
  const socket = connect(house.port, '127.0.0.1', () =>
    socket.write('GET /api/v1/slow HTTP/1.1\r\nHost: localhost\r\n\r\n'),
  );
  await started;
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.destroy();
  await closed;
  await new Promise((resolve) => setTimeout(resolve, 20));
  release();
  await done;
  remove();
  expect(aborted).toBe(false);
});

it('survives random bytes in paths, queries, headers and bodies, always answering with the envelope', async () => {
  const text = fc.string({ unit: 'binary', maxLength: 30 }).map((value) => encodeURI(value.toWellFormed()));
  const odd = fc.string({
    unit: fc.constantFrom('%', '/', '.', '?', '&', '=', '{', ';', '#', 'a', '0', '~', ':', '*'),
    maxLength: 20,
  });
  const hostile = fc.oneof(text, odd);
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'),
      fc.constantFrom('/api/v1/things/', '/api/v1/files/', '/api/', '/api/v1/things/a?'),
      hostile,
      fc.uint8Array({ maxLength: 60 }),
      async (method, base, tail, body) => {
        const answer = await house.send({ method, path: `${base}${tail}`, ...(method !== 'GET' && { body }) });
        expect(answer.status).toBeLessThan(500);
        expect(answer.json.metadata).toBeDefined();
      },
    ),
    { numRuns: 150 },
  );
});

function rawExchange(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      text += chunk;
    });
    socket.on('close', () => resolve(text)).on('error', reject);
  });
}
