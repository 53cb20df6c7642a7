import { Conv3nError, type ErrorKind, type JsonValue } from '@conv3n/platform';
import { testPlatform } from '@conv3n/platform/testing';
import { createRuntime, memoryStorage, type PluginContext } from '@conv3n/runtime';
import { describe, expect, it } from 'vitest';
import type { Authentication, Credentials, Operation, OperationHandler } from './operation.ts';
import { reply } from './operation.ts';
import { registerOperation } from './operation-definition.ts';
import { createOperationRegistry } from './operation-registry.ts';
import { createPipeline, type PipelineOptions, type PipelineRequest } from './pipeline.ts';
import { compileSchema } from './schema-compiler.ts';

const callers: Readonly<Record<string, Authentication>> = {
  reader: { subject: 'key:reader', scopes: ['things:read'], via: 'bearer' },
  admin: { subject: 'key:admin', scopes: ['admin'], via: 'api_key' },
  browser: { subject: 'user:local', scopes: ['admin'], via: 'cookie' },
};

const readThing: Operation = {
  id: 'things.read',
  summary: 'Read a thing',
  tag: 'Things',
  input: {
    type: 'object',
    required: ['id'],
    additionalProperties: false,
    properties: { id: { type: 'string', pattern: '^.{0,5}$' }, limit: { type: 'integer' } },
  },
  output: { type: 'object' },
  permission: ['things:read'],
  errors: ['thing_broken'],
  idempotency: 'safe',
  http: { method: 'GET', path: '/things/{id}' },
};

function house(
  options: Partial<PipelineOptions> & {
    handler?: OperationHandler<never>;
    operation?: Partial<Operation>;
    identity?: boolean;
  } = {},
) {
  const platform = testPlatform();
  const runtime = createRuntime({ platform, storage: memoryStorage({ clock: platform.clock }), compileSchema });
  const operation = { ...readThing, ...options.operation };
  registerOperation(
    runtime as unknown as PluginContext,
    operation,
    options.handler ?? ((input: unknown) => ({ got: input as JsonValue })),
  );
  if (options.identity !== false) {
    runtime.services.register<Credentials, Authentication | null>({ name: 'identity.authenticate' }, (credentials) => {
      const key = credentials.authorization ?? credentials.apiKey ?? credentials.cookie;
      return callers[key ?? ''] ?? null;
    });
  }
  const registry = createOperationRegistry({ services: runtime.services, log: platform.log });
  const pipeline = createPipeline({ services: runtime.services, platform, serverVersion: '1.2.3', ...options });
  const entry = registry.get(operation.id);
  if (!entry) throw new Error('not registered');
  const run = (request: Partial<PipelineRequest> & { input?: Readonly<Record<string, unknown>> } = {}) =>
    pipeline.run({
      entry,
      metadata: {},
      decode: () => request.input ?? { id: 'a' },
      credentials: { authorization: 'reader' },
      remoteAddress: '10.0.0.1',
      crossOriginWrite: false,
      signal: new AbortController().signal,
      ...request,
    });
  const codeOf = async (...parameters: Parameters<typeof run>) => {
    const response = await run(...parameters);
    return response.kind === 'error' ? response.error.code : response.kind;
  };
  return { platform, runtime, registry, pipeline, run, codeOf };
}

describe('a pipeline', () => {
  it('answers data with metadata', async () => {
    const { run, platform } = house();
    const id = '0189E9F0-0000-7000-8000-00000000ABCD';
    const response = await run({ metadata: { requestId: id, versions: { header: '3.0' } } });
    expect(response).toEqual({
      kind: 'data',
      outcome: 'ok',
      data: { got: { id: 'a' } },
      metadata: {
        request_id: id.toLowerCase(),
        protocol_version: '3.0.0',
        server_version: '1.2.3',
        timestamp: new Date(platform.clock.now()).toISOString(),
        processing_time_ms: 0,
      },
    });
  });

  it('makes a new request id when the given one is no UUID', async () => {
    const { run } = house();
    const { metadata } = await run({ metadata: { requestId: 'drop table' } });
    expect(metadata.request_id).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('runs its stages in the declared order: each failure hides those after it', async () => {
    const { codeOf } = house({ rateLimit: { burst: 1, perSecond: 0.001 } });
    const wrong = {
      decode: () => {
        throw new Conv3nError('malformed_body', 'Broken.', { kind: 'invalid' });
      },
      metadata: { versions: { header: '9.0.0' } },
      credentials: {},
    };
    expect(await codeOf(wrong)).toBe('protocol_version_mismatch');
    const { decode } = wrong;
    expect(await codeOf({ credentials: {}, decode })).toBe('credential_required');
    expect(await codeOf({ credentials: { apiKey: 'unknown' }, decode })).toBe('credential_invalid');
    expect(await codeOf({ credentials: { cookie: 'browser' }, crossOriginWrite: true, decode })).toBe(
      'cross_origin_write',
    );
    expect(await codeOf({ credentials: { authorization: 'reader' }, decode })).toBe('malformed_body');
    expect(await codeOf({ credentials: { authorization: 'reader' }, decode })).toBe('rate_limited');
    expect(await codeOf({ credentials: { apiKey: 'admin' }, input: {} })).toBe('validation_failed');
    expect(await codeOf({ credentials: { cookie: 'browser' } })).toBe('data');
  });

  it('says which scope is missing and lets admins pass', async () => {
    const { run, codeOf } = house({ operation: { permission: ['things:read', 'things:write'] } });
    const response = await run();
    expect(response).toMatchObject({
      error: { code: 'permission_denied', details: { missing_scopes: ['things:write'] } },
    });
    expect(await codeOf({ credentials: { apiKey: 'admin' } })).toBe('data');
  });

  it('answers 401 to everything that is not public while nothing can authenticate', async () => {
    const { codeOf } = house({ identity: false });
    expect(await codeOf({ credentials: { apiKey: 'admin' } })).toBe('credential_invalid');
    const open = house({ identity: false, operation: { permission: 'public' } });
    expect(await open.codeOf({ credentials: {} })).toBe('data');
  });

  it('hands the verified caller to the handler, and an anonymous one for public operations', async () => {
    const subjects: string[] = [];
    const handler: OperationHandler<never> = (_input, context) => {
      subjects.push(context.caller.subject);
      return null;
    };
    await house({ handler }).run();
    await house({ handler, operation: { permission: 'public' } }).run({ credentials: { apiKey: 'admin' } });
    expect(subjects).toEqual(['key:reader', 'anonymous']);
  });

  it('gives tokens back with time and tells how long to wait', async () => {
    const { run, codeOf, platform } = house({ rateLimit: { burst: 1, perSecond: 2 } });
    expect(await codeOf()).toBe('data');
    expect(await run()).toMatchObject({
      error: { code: 'rate_limited', retryable: true, details: { retry_after_ms: 500 } },
    });
    await platform.advance(500);
    expect(await codeOf()).toBe('data');
  });

  it('keeps the buckets of different callers apart and forgets the longest unseen', async () => {
    const { codeOf } = house({
      operation: { permission: 'public' },
      rateLimit: { burst: 1, perSecond: 0.001, maxSubjects: 2 },
    });
    const from = (remoteAddress: string) => codeOf({ remoteAddress });
    expect([await from('a'), await from('b'), await from('a'), await from('c'), await from('b')]).toEqual([
      'data',
      'data',
      'rate_limited',
      'data',
      'data',
    ]);
  });

  it('lists every violation', async () => {
    const response = await house().run({ input: { id: 'too long', limit: 'x', extra: 1 } });
    expect(response.kind === 'error' && response.error.violations?.map(({ path }) => path).sort()).toEqual([
      'extra',
      'id',
      'limit',
    ]);
  });

  it('warns when no protocol version was named', async () => {
    const { run } = house();
    expect((await run()).warning).toBe('No protocol version was named; 3.0.0 is assumed.');
    expect((await run({ metadata: { versions: { query: '3' } } })).warning).toBeUndefined();
  });

  it.each([
    [
      { outcome: 'created' as const, data: { id: 1 }, headers: { location: '/x' } },
      { kind: 'data', outcome: 'created', headers: { location: '/x' } },
    ],
    [{ outcome: 'no_content' as const }, { kind: 'data', outcome: 'no_content', data: null }],
    [{ raw: { status: 200, contentType: 'text/plain', body: 'hi' } }, { kind: 'raw', raw: { body: 'hi' } }],
  ])('passes the reply %j on', async (parts, expected) => {
    expect(await house({ handler: () => reply(parts) }).run()).toMatchObject(expected);
  });

  it.each<[ErrorKind]>([['invalid'], ['not_found'], ['conflict'], ['precondition'], ['unavailable'], ['timeout']])(
    'shows errors of kind %s as they are',
    async (kind) => {
      const thrown = new Conv3nError('thing_off', 'The thing is off.', { kind, details: { a: 1 } });
      const response = await house({ handler: () => Promise.reject(thrown) }).run();
      expect(response).toMatchObject({ kind: 'error', error: thrown.toDetail() });
    },
  );

  it.each([
    new Error('password is hunter2'),
    new Conv3nError('disk_lost', 'path /secret', { kind: 'internal' }),
    'text',
    undefined,
  ])('never shows what failed unexpectedly: %s', async (thrown) => {
    const { run, platform } = house({ handler: () => Promise.reject(thrown) });
    const response = await run();
    expect(response).toMatchObject({ error: { code: 'internal_error', kind: 'internal', retryable: false } });
    expect(JSON.stringify(response)).not.toMatch(/hunter2|secret/);
    const line = platform.lines.find(({ message }) => message === 'unexpected error');
    expect(line?.fields).toMatchObject({ request_id: response.metadata.request_id, operation: 'things.read' });
  });

  it('shows internal errors that the operation declares', async () => {
    const thrown = new Conv3nError('thing_broken', 'The thing broke.', { kind: 'internal' });
    expect(await house({ handler: () => Promise.reject(thrown) }).run()).toMatchObject({
      error: { code: 'thing_broken' },
    });
  });

  it('logs the chain of causes', async () => {
    const thrown = new Error('outer', { cause: new Error('inner') });
    const { run, platform } = house({ handler: () => Promise.reject(thrown) });
    await run();
    expect(platform.lines[0]?.fields['error']).toContain('inner');
  });

  it('refuses what no operation answers with metadata of its own', () => {
    const { pipeline } = house();
    const refused = pipeline.refuse(new Conv3nError('endpoint_not_found', 'Nothing here.', { kind: 'not_found' }), {});
    expect(refused).toMatchObject({
      kind: 'error',
      error: { code: 'endpoint_not_found' },
      metadata: { protocol_version: '3.0.0' },
    });
    expect(pipeline.present(new Error('x'), 'r').code).toBe('internal_error');
  });

  it('answers that the operation is gone when its plugin stopped in between', async () => {
    const platform = testPlatform();
    const runtime = createRuntime({ platform, storage: memoryStorage({ clock: platform.clock }), compileSchema });
    const dispose = runtime.services.register(
      { name: 'things.read', annotations: { operation: { ...readThing, permission: 'public' } as never } },
      () => 1,
    );
    const registry = createOperationRegistry({ services: runtime.services, log: platform.log });
    const entry = registry.get('things.read');
    dispose();
    const pipeline = createPipeline({ services: runtime.services, platform, serverVersion: '1' });
    const response = await pipeline.run({
      entry: entry as never,
      metadata: {},
      decode: () => ({ id: 'a' }),
      credentials: {},
      remoteAddress: '',
      crossOriginWrite: false,
      signal: new AbortController().signal,
      deadline: platform.clock.now() + 10,
      trace: { traceparent: '00-1' },
    });
    expect(response).toMatchObject({ error: { code: 'operation_not_found' } });
  });
});
