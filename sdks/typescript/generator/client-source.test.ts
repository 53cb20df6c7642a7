import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ContractOperation, clientSource } from './client-source.ts';
import { typeSource } from './type-source.ts';

const expression = (schema: unknown) => typeSource().expression(schema, 'Test');

describe('a generated type', () => {
  it.each([
    [{ type: 'string' }, 'string'],
    [{ type: ['integer', 'null'] }, 'number | null'],
    [{ enum: ['a', 1, null] }, '"a" | 1 | null'],
    [{ const: true }, 'true'],
    [{ anyOf: [{ type: 'string' }, { type: 'string' }] }, 'string'],
    [{ oneOf: [{ type: 'string' }, {}] }, 'unknown'],
    [
      { allOf: [{ type: 'object', properties: { a: {} } }, { anyOf: [{ const: 1 }, { const: 2 }] }] },
      '{ readonly a?: unknown; } & (1 | 2)',
    ],
    [{ type: 'array', items: { enum: [1, 2] } }, 'readonly (1 | 2)[]'],
    [{ type: 'array', items: { type: 'array', items: { type: 'string' } } }, 'readonly (readonly string[])[]'],
    [{ type: 'array' }, 'readonly unknown[]'],
    [{ type: 'object' }, 'Readonly<Record<string, unknown>>'],
    [{ type: 'object', additionalProperties: false }, 'Readonly<Record<string, never>>'],
    [{ type: 'object', patternProperties: { '^.*$': { type: 'number' } } }, 'Readonly<Record<string, number>>'],
    [{ type: 'object', additionalProperties: { type: 'number' } }, 'Readonly<Record<string, number>>'],
    [
      { type: 'object', required: ['a'], properties: { a: { type: 'string', description: 'x */ y' }, 'b-c': true } },
      '{ /** x * / y */ readonly a: string; readonly "b-c"?: unknown; }',
    ],
    [
      { type: 'object', properties: { a: { type: 'null' } }, additionalProperties: true },
      '{ readonly a?: null; } & Readonly<Record<string, unknown>>',
    ],
    [false, 'never'],
    [{}, 'unknown'],
  ])('of %j is %s', (schema, type) => {
    expect(expression(schema)).toBe(type);
  });

  it('shares titled schemas that are equal and names different ones apart', () => {
    const types = typeSource();
    const thing = { title: 'Thing', type: 'object', properties: { id: { type: 'string' } } };
    expect(types.expression({ type: 'array', items: thing }, 'A')).toBe('readonly Thing[]');
    expect(types.expression(thing, 'B')).toBe('Thing');
    expect(types.expression({ title: 'Thing', type: 'string' }, 'MakeInput')).toBe('ThingInput');
    expect(types.expression({ title: 'Thing', type: 'number' }, 'Get')).toBe('GetThing');
    expect(types.declarations()).toContain('export type ThingInput = string;');
  });

  it('follows definitions, also recursive ones, and refuses references that lead nowhere', () => {
    const types = typeSource();
    const tree = {
      $ref: '#/$defs/tree',
      $defs: {
        tree: {
          title: 'Tree',
          type: 'object',
          properties: { children: { type: 'array', items: { $ref: '#/$defs/tree' } } },
        },
      },
    };
    expect(types.declare(tree, 'TreeGetOutput')).toBe('TreeGetOutput');
    expect(types.declarations()).toContain('readonly children?: readonly Tree[];');
    expect(() => expression({ $ref: '#/$defs/gone' })).toThrow('leads nowhere');
  });
});

const object = (properties: object, required: string[] = []) => ({ type: 'object', properties, required });
const operations: readonly ContractOperation[] = [
  {
    id: 'things.list',
    summary: 'List',
    input: object({ limit: { type: 'integer' } }),
    output: object({ items: { type: 'array', items: {} } }),
    idempotency: 'safe',
    http: { method: 'GET', path: '/things' },
  },
  {
    id: 'big_things.create_all',
    summary: 'Create.',
    description: 'Many at once',
    input: object({ thing: {} }, ['thing']),
    output: { type: 'string' },
    idempotency: 'unsafe',
    http: { method: 'POST', path: '/big', body: 'thing' },
  },
  {
    id: 'things.follow',
    summary: 'Follow',
    input: object({ id: { type: 'string' }, last_event_id: {} }, ['id']),
    output: { type: 'null' },
    event: { title: 'ThingEvent', type: 'object' },
    idempotency: 'safe',
    http: {
      method: 'GET',
      path: '/things/{id}',
      accept: 'text/event-stream',
      headers: { last_event_id: 'Last-Event-ID' },
    },
  },
  {
    id: 'things.run',
    summary: 'Run',
    input: object({ mode: { enum: ['sync', 'stream'] }, cookie: {} }),
    output: { type: 'null' },
    event: { title: 'ThingEvent', type: 'object' },
    idempotency: 'key',
    http: { method: 'POST', path: '/run', root: true, query: ['mode'], headers: { cookie: 'Cookie' } },
  },
  {
    id: 'webhooks.receive',
    summary: 'Receive',
    input: object({}),
    output: {},
    idempotency: 'unsafe',
    http: { method: '*', path: '/hooks/{path...}', body: '$raw' },
  },
];

describe('a generated client', () => {
  const source = clientSource({ protocol_version: '9.0.0', operations });

  it('has a method for each operation a client may call', () => {
    expect(source).toContain('export const protocolVersion = "9.0.0";');
    expect(source).toContain('  list(input?: ThingsListInput, options?: CallOptions): Promise<ThingsListOutput>;');
    expect(source).toContain(
      '  /** Create. Many at once. */\n  createAll(input: BigThingsCreateAllInput, options?: CallOptions): Promise<BigThingsCreateAllOutput>;',
    );
    expect(source).toContain(
      '  follow(input: ThingsFollowInput, options?: CallOptions): AsyncIterable<StreamEvent<ThingEvent>>;',
    );
    expect(source).toContain('  run(input?: ThingsRunInput, options?: CallOptions): Promise<void>;');
    expect(source).toContain(
      'runStream: (input = {}, options) => transport.stream(calls["things.run"], { ...input, mode: \'stream\' }, options)',
    );
    expect(source).toContain('  readonly bigThings: BigThingsApi;');
    expect(source).not.toContain('webhooks');
  });

  it('leaves cookies to the browser', () => {
    expect(source).toContain('export type ThingsRunInput = { readonly mode?: "sync" | "stream"; };');
    expect(source).not.toContain('Cookie');
  });

  it('is what the contract of this repository gives', () => {
    const read = (path: string) => readFileSync(join(import.meta.dirname, path), 'utf8');
    expect(read('../src/client.gen.ts')).toBe(clientSource(JSON.parse(read('../../../contract/operations.json'))));
  });
});
