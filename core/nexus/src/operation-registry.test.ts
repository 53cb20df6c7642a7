import type { JsonObject } from '@conv3n/platform';
import { testPlatform } from '@conv3n/platform/testing';
import { createRuntime, memoryStorage } from '@conv3n/runtime';
import { describe, expect, it } from 'vitest';
import type { HttpHint, Operation } from './operation.ts';
import { defineOperation, pathFields } from './operation-definition.ts';
import { createOperationRegistry } from './operation-registry.ts';
import { compileSchema } from './schema-compiler.ts';

const operation = (id: string, http: HttpHint, rest: Partial<Operation> = {}): Operation => ({
  id,
  summary: id,
  tag: 'T',
  input: { type: 'object', properties: { id: { type: 'string' }, path: { type: 'string' }, request: {} } },
  output: {},
  permission: 'public',
  idempotency: 'safe',
  http,
  ...rest,
});

function house() {
  const platform = testPlatform();
  const { services } = createRuntime({ platform, storage: memoryStorage({ clock: platform.clock }), compileSchema });
  const add = (declared: Operation, name = declared.id) =>
    services.register({ name, annotations: { operation: declared as unknown as JsonObject } }, () => null);
  return { platform, services, add, registry: createOperationRegistry({ services, log: platform.log }) };
}

describe('an operation registry', () => {
  it('takes annotated services in and forgets them when they go, telling observers both', () => {
    const { registry, services, add } = house();
    services.register({ name: 'plain.service' }, () => null);
    const before = add(operation('a.read', { method: 'GET', path: '/a' }));
    const seen: string[] = [];
    const stop = registry.watch(({ added, entry }) => seen.push(`${added ? '+' : '-'}${entry.operation.id}`));
    const remove = add(operation('b.read', { method: 'GET', path: '/b' }));
    remove();
    stop();
    before();
    expect(seen).toEqual(['+a.read', '+b.read', '-b.read']);
    expect(registry.list()).toEqual([]);
  });

  it('refuses a route that is taken and gives it on when the holder goes', () => {
    const { registry, platform, add } = house();
    const holder = add(operation('a.read', { method: 'GET', path: '/things/{id}' }));
    add(operation('b.read', { method: 'GET', path: '/things/{path}' }));
    expect(registry.get('b.read')).toBeUndefined();
    expect(registry.problems()).toEqual([
      {
        id: 'b.read',
        code: 'route_conflict',
        message: 'GET /things/{path} belongs to a.read. Give one of them another path.',
      },
    ]);
    expect(platform.lines[0]).toMatchObject({ level: 'error', message: 'operation not exposed' });
    holder();
    expect(registry.get('b.read')?.operation.id).toBe('b.read');
    expect(registry.problems()).toEqual([]);
  });

  it('tells operations on one path apart by method, accepted type, root and rest', () => {
    const { registry, add } = house();
    add(operation('a.one', { method: 'GET', path: '/a/{id}' }));
    add(operation('a.two', { method: 'GET', path: '/a/{id}', accept: 'text/event-stream' }));
    add(operation('a.three', { method: 'POST', path: '/a/{id}' }));
    add(operation('a.four', { method: 'GET', path: '/a/{path...}' }));
    add(operation('a.five', { method: 'GET', path: '/a/{id}', root: true }));
    expect(registry.list()).toHaveLength(5);
  });

  it('does not expose a service whose name is not the id, nor a broken declaration', () => {
    const { registry, add } = house();
    add(operation('a.one', { method: 'GET', path: '/a' }), 'other.name');
    add(operation('a.two', { method: 'GET', path: 'a' }));
    expect(registry.list()).toEqual([]);
    expect(registry.problems().map(({ code }) => code)).toEqual(['declaration_invalid', 'declaration_invalid']);
  });

  it('stops following when closed', () => {
    const { registry, add } = house();
    registry.close();
    add(operation('a.one', { method: 'GET', path: '/a' }));
    expect(registry.list()).toEqual([]);
  });
});

describe('a declaration', () => {
  it.each<[string, Operation]>([
    ['an id without a verb', operation('a', { method: 'GET', path: '/a' })],
    ['a relative path', operation('a.b', { method: 'GET', path: 'a' })],
    ['a rest field in the middle', operation('a.b', { method: 'GET', path: '/{path...}/{id}' })],
    ['a placeholder without a field', operation('a.b', { method: 'GET', path: '/{nope}' })],
    ['a query field that does not exist', operation('a.b', { method: 'GET', path: '/a', query: ['nope'] })],
    ['a header field that does not exist', operation('a.b', { method: 'GET', path: '/a', headers: { nope: 'X' } })],
    ['a body field that does not exist', operation('a.b', { method: 'POST', path: '/a', body: 'nope' })],
    ['an unknown method', operation('a.b', { method: 'TRACE' as never, path: '/a' })],
    ['an input that is no object', operation('a.b', { method: 'GET', path: '/a' }, { input: { type: 'string' } })],
    ['no output', operation('a.b', { method: 'GET', path: '/a' }, { output: undefined as never })],
    ['no scopes at all', operation('a.b', { method: 'GET', path: '/a' }, { permission: [] })],
    ['an unknown idempotency', operation('a.b', { method: 'GET', path: '/a' }, { idempotency: 'maybe' as never })],
  ])('is refused with %s', (_what, declared) => {
    expect(() => defineOperation(declared)).toThrow(expect.objectContaining({ code: 'operation_invalid' }));
  });

  it('is returned unchanged when it is right', () => {
    const declared = operation('hooks.receive', { method: '*', path: '/webhooks/{path...}', body: '$raw' });
    expect(defineOperation(declared)).toBe(declared);
    expect(pathFields('/a/{id}/{path...}')).toEqual([
      { name: 'id', rest: false },
      { name: 'path', rest: true },
    ]);
  });
});
