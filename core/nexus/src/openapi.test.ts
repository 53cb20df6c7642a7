import { isRecord } from '@conv3n/platform';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { errorReference, pipelineErrors } from './error-registry.ts';
import { openApiDocument } from './openapi.ts';
import { toOpenApi30 } from './openapi-schema.ts';
import type { Operation } from './operation.ts';

const Thing = {
  type: 'object',
  title: 'Thing',
  required: ['id'],
  properties: { id: { type: 'string' }, owner: { anyOf: [{ type: 'string' }, { type: 'null' }] } },
};
const base = { tag: 'Things', permission: ['things:read'] as string[], idempotency: 'safe' as const };
const operations = [
  {
    ...base,
    id: 'things.list',
    summary: 'List',
    input: { type: 'object', properties: { limit: { type: 'integer', description: 'How many' } } },
    output: { type: 'object', properties: { items: { type: 'array', items: Thing } } },
    http: { method: 'GET', path: '/things' },
  },
  {
    ...base,
    id: 'things.create',
    summary: 'Create',
    permission: ['things:write'],
    errors: ['thing_exists'],
    input: {
      type: 'object',
      required: ['name'],
      properties: { name: { type: 'string' }, shape: { $ref: '#/$defs/shape' }, publish: { type: 'boolean' } },
      $defs: { shape: { type: ['string', 'null'], const: 'round' } },
    },
    output: Thing,
    http: { method: 'POST', path: '/things', query: ['publish'], statuses: [201] },
    example: { name: 'a', publish: true },
  },
  {
    ...base,
    id: 'things.put',
    summary: 'Replace',
    input: {
      type: 'object',
      required: ['id', 'thing'],
      properties: {
        id: { type: 'string' },
        thing: { ...Thing, additionalProperties: true },
        if_match: { type: 'integer' },
      },
    },
    output: Thing,
    http: { method: 'PUT', path: '/things/{id}', body: 'thing', headers: { if_match: 'If-Match' } },
    example: { id: 'a', thing: { id: 'a' } },
  },
  {
    ...base,
    id: 'things.delete',
    summary: 'Delete',
    input: { type: 'object', required: ['id'], properties: { id: { type: 'string' } } },
    output: { type: 'null' },
    http: { method: 'DELETE', path: '/things/{id}', statuses: [204] },
  },
  {
    ...base,
    id: 'things.events',
    summary: 'Events',
    input: { type: 'object', properties: { id: {} } },
    output: { type: 'object' },
    http: { method: 'GET', path: '/things/{id}/events' },
  },
  {
    ...base,
    id: 'things.follow',
    summary: 'Follow',
    input: { type: 'object', properties: { id: {}, last_event_id: { type: 'string' } } },
    output: { type: 'null' },
    event: { type: 'object', title: 'ThingEvent' },
    http: {
      method: 'GET',
      path: '/things/{id}/events',
      accept: 'text/event-stream',
      headers: { last_event_id: 'Last-Event-ID' },
    },
  },
  {
    ...base,
    id: 'webhooks.receive',
    summary: 'Receive',
    permission: 'public',
    input: { type: 'object', properties: { path: { type: 'string' }, request: {} } },
    output: {},
    http: { method: '*', path: '/webhooks/{path...}', body: '$raw' },
  },
  {
    ...base,
    id: 'system.health',
    summary: 'Health',
    permission: 'public',
    input: { type: 'object' },
    output: { type: 'object' },
    http: { method: 'GET', path: '/health', root: true },
  },
] as unknown as Operation[];
const errors = [
  ...errorReference([
    pipelineErrors,
    { package: 'things', definitions: { thing_exists: { kind: 'conflict', description: 'There is one.' } } },
  ]),
];
const document = (openapi: '3.1.0' | '3.0.3') =>
  openApiDocument(operations, { openapi, title: 'T', version: '1', errors });

function* nodes(node: unknown, path = '#'): Generator<[path: string, node: Record<string, unknown>]> {
  if (isRecord(node)) yield [path, node];
  if (isRecord(node) || Array.isArray(node))
    for (const [key, value] of Object.entries(node)) yield* nodes(value, `${path}/${key}`);
}

interface Built {
  readonly paths: Record<
    string,
    Record<
      string,
      {
        operationId: string;
        security: unknown[];
        parameters: { name: string; in: string; required?: boolean }[];
        requestBody?: { content: Record<string, { schema: unknown; example?: unknown }> };
        responses: Record<string, { description: string; content?: Record<string, unknown> }>;
      }
    >
  >;
  readonly components: { readonly schemas: Record<string, Record<string, unknown>> };
}

describe.each(['3.1.0', '3.0.3'] as const)('an OpenAPI %s document', (version) => {
  const built = document(version) as unknown as Built;

  it('has no dangling reference and no unused name outside of it', () => {
    const references = [...nodes(built)].flatMap(([, node]) =>
      typeof node['$ref'] === 'string' ? [node['$ref']] : [],
    );
    for (const reference of references) {
      expect(reference).toMatch(/^#\/components\/schemas\//);
      expect(Object.keys(built.components.schemas)).toContain(reference.slice('#/components/schemas/'.length));
    }
    expect(references.length).toBeGreaterThan(5);
  });

  it('has unique operation ids, and a security and failures for each operation', () => {
    const all = Object.values(built.paths).flatMap((methods) => Object.values(methods));
    const ids = all.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toContain('webhooks.receive.patch');
    for (const operation of all) {
      expect(operation.security).toBeInstanceOf(Array);
      expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(['400', '429', '500']));
    }
    expect(built.paths['/health']?.['get']?.security).toEqual([]);
  });

  it('declares every placeholder of a path as a required parameter', () => {
    for (const [path, methods] of Object.entries(built.paths)) {
      const placeholders = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
      for (const operation of Object.values(methods)) {
        const declared = operation.parameters.filter((parameter) => parameter.in === 'path');
        expect(declared.map(({ name }) => name)).toEqual(placeholders);
        expect(declared.every(({ required }) => required)).toBe(true);
      }
    }
  });

  it('describes a stream beside the answer of the same place', () => {
    const events = built.paths['/api/v1/things/{id}/events']?.['get'];
    expect(Object.keys(events?.responses['200']?.content ?? {})).toEqual(['application/json', 'text/event-stream']);
    expect(events?.parameters.map(({ name }) => name)).toEqual(['id', 'Last-Event-ID']);
  });

  it('groups failures by status with the meaning of each code', () => {
    const responses = built.paths['/api/v1/things']?.['post']?.responses ?? {};
    expect(responses['409']?.description).toBe('- `thing_exists`: There is one.');
    expect(responses['403']?.description).toContain('permission_denied');
  });

  it('shares equal schemas by title and keeps different ones apart', () => {
    expect(Object.keys(built.components.schemas)).toEqual(
      expect.arrayContaining(['Thing', 'ThingInput', 'ThingEvent', 'ThingsCreateInputShape']),
    );
  });
});

it('has examples that satisfy their schemas', () => {
  const built = document('3.1.0') as unknown as Built;
  const ajv = new Ajv2020({ strict: false });
  ajv.addSchema({ $id: 'doc', components: built.components });
  let checked = 0;
  for (const operation of Object.values(built.paths).flatMap((methods) => Object.values(methods))) {
    const media = operation.requestBody?.content['application/json'];
    if (media?.example === undefined) continue;
    const schema = JSON.parse(JSON.stringify(media.schema).replaceAll('#/components', 'doc#/components'));
    expect(ajv.validate(schema, media.example)).toBe(true);
    checked += 1;
  }
  expect(checked).toBe(2);
});

it('leaves no keyword of 3.1 in the schemas of 3.0', () => {
  for (const [path, node] of nodes((document('3.0.3') as unknown as Built).components.schemas)) {
    if (path.endsWith('/properties')) continue;
    expect(Array.isArray(node['type'])).toBe(false);
    expect(node['type']).not.toBe('null');
    expect(node).not.toHaveProperty('const');
  }
});

it.each([
  [{ type: ['string', 'null'] }, { type: 'string', nullable: true }],
  [{ type: ['string', 'number'] }, { anyOf: [{ type: 'string' }, { type: 'number' }] }],
  [{ type: 'null' }, { nullable: true, enum: [null] }],
  [{ const: 1 }, { enum: [1] }],
  [
    { anyOf: [{ type: 'string' }, { type: 'null' }], description: 'd' },
    { description: 'd', type: 'string', nullable: true },
  ],
  [{ anyOf: [{ $ref: '#/x' }, { type: 'null' }] }, { anyOf: [{ $ref: '#/x' }], nullable: true }],
  [{ anyOf: [{ type: 'string' }, { type: 'number' }] }, { anyOf: [{ type: 'string' }, { type: 'number' }] }],
  [
    { exclusiveMinimum: 1, exclusiveMaximum: 2 },
    { minimum: 1, exclusiveMinimum: true, maximum: 2, exclusiveMaximum: true },
  ],
  [{ patternProperties: { a: {} }, propertyNames: {} }, { additionalProperties: {} }],
  [
    { examples: [1, 2], default: { const: 1 } },
    { example: 1, default: { const: 1 } },
  ],
  [{ properties: { type: true, no: false } }, { properties: { type: {}, no: { not: {} } } }],
])('rewrites %j for 3.0', (schema, expected) => {
  expect(toOpenApi30(schema)).toEqual(expected);
});
