import type { JsonSchema } from '@conv3n/platform';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileSchema } from './schema-compiler.ts';

const violations = (schema: object, value: unknown) => compileSchema(schema as JsonSchema)(value);
const paths = (schema: object, value: unknown) => violations(schema, value).map(({ path, code }) => `${path}:${code}`);

const order = {
  type: 'object',
  required: ['name', 'nodes'],
  additionalProperties: false,
  properties: {
    name: { type: 'string', minLength: 1 },
    tags: { type: 'array', items: { type: 'string' }, maxItems: 2, uniqueItems: true },
    limit: { type: 'integer', minimum: 1, maximum: 200 },
    mode: { enum: ['sync', 'async'] },
    nodes: { type: 'object', patternProperties: { '^[a-z]+$': { $ref: '#/$defs/node' } }, additionalProperties: false },
  },
  $defs: {
    node: {
      type: 'object',
      required: ['type'],
      additionalProperties: false,
      properties: { type: { type: 'string' }, config: { type: 'object' } },
    },
  },
};

describe('compileSchema', () => {
  it('reports nothing for a valid value', () => {
    expect(
      violations(order, { name: 'a', nodes: { total: { type: 'std/transform' } }, tags: ['x'], limit: 3 }),
    ).toEqual([]);
  });

  it('reports every violation at once with its dotted path', () => {
    const value = { nodes: { total: { typ: 'x' } }, tags: ['a', 1], limit: 0, mode: 'later' };
    expect(paths(order, value).sort()).toEqual(
      [
        'name:required',
        'nodes.total.type:required',
        'nodes.total.typ:unknown_key',
        'tags.1:wrong_type',
        'limit:too_small',
        'mode:not_allowed',
      ].sort(),
    );
  });

  it('suggests the key that was probably meant, also behind a reference', () => {
    const [unknown] = violations(order, { name: 'a', nodes: { total: { type: 'x', cofnig: {} } } });
    expect(unknown).toEqual({
      path: 'nodes.total.cofnig',
      code: 'unknown_key',
      message: '"cofnig" is not a known key. Did you mean "config"?',
    });
  });

  it('lists the known keys when none is close', () => {
    const [unknown] = violations(
      { type: 'object', properties: { a: {}, b: {} }, additionalProperties: false },
      { zebra: 1 },
    );
    expect(unknown?.message).toBe('"zebra" is not a known key. Known keys: a, b.');
  });

  it.each([
    [{ type: ['string', 'null'] }, 1, 'Must be a text or null.'],
    [{ type: 'string', minLength: 1 }, '', 'Must not be empty.'],
    [{ type: 'string', maxLength: 1 }, 'ab', 'Must have at most 1 character.'],
    [{ type: 'string', pattern: '^a' }, 'b', 'Must match the pattern ^a.'],
    [{ type: 'string', format: 'date-time' }, 'b', 'Must have the format date-time.'],
    [{ exclusiveMinimum: 1 }, 1, 'Must be more than 1.'],
    [{ exclusiveMaximum: 1 }, 1, 'Must be less than 1.'],
    [{ multipleOf: 2 }, 3, 'Must be a multiple of 2.'],
    [{ minItems: 1 }, [], 'Must have at least 1 item.'],
    [{ maxItems: 0 }, [1], 'Must have at most 0 items.'],
    [{ uniqueItems: true }, [1, 1], 'Items must differ; repeated at 1.'],
    [{ contains: { const: 1 } }, [2], 'The list lacks a required item.'],
    [{ minProperties: 1 }, {}, 'Must have at least 1 key.'],
    [{ maxProperties: 0 }, { a: 1 }, 'Must have at most 0 keys.'],
    [{ const: 'a' }, 'b', 'Must be "a".'],
    [{ not: { type: 'string' } }, 'b', 'This value is excluded.'],
    [{ dependentRequired: { a: ['b'] } }, { a: 1 }, 'With "a" these are required too: b.'],
    [
      JSON.parse('{"if": {"const": 1}, "then": {"const": 2}}'),
      1,
      'Does not match the form required in this case ("then").',
    ],
    [false, 1, 'The value does not match its schema.'],
  ])('says for %j and %j: %s', (schema, value, message) => {
    expect(violations(schema as object, value).map((violation) => violation.message)).toContain(message);
  });

  it('names the bad key for a rule on property names', () => {
    const schema = { propertyNames: { pattern: '^[a-z]+$' } };
    expect(violations(schema, { A: 1 }).some(({ message }) => message === 'These keys are not allowed: A.')).toBe(true);
  });

  it('shows the errors of the one branch of a union that was meant', () => {
    const union = {
      anyOf: [
        { type: 'string' },
        { type: 'object', required: ['kind'], properties: { kind: { const: 'a' }, size: { type: 'number' } } },
        { type: 'object', required: ['kind'], properties: { kind: { const: 'b' }, name: { type: 'string' } } },
      ],
    };
    expect(paths(union, { kind: 'b', name: 3 })).toEqual(['name:wrong_type']);
    expect(paths(union, 4)).toEqual([':no_match']);
    expect(paths({ oneOf: [{ type: 'number' }, { minimum: 1 }] }, 2)).toEqual([':no_match']);
  });

  it('reads paths with slashes and tildes in keys', () => {
    const schema = { properties: { 'a/b': { properties: { '~c': { type: 'number' } } } } };
    expect(paths(schema, { 'a/b': { '~c': 'x' } })).toEqual(['a/b.~c:wrong_type']);
  });

  it('matches hostile patterns in bounded time', () => {
    const check = compileSchema({ type: 'string', pattern: '^(\\w+\\s?)*$' });
    expect(check(`${'a'.repeat(50_000)}!`)).toEqual([
      { path: '', code: 'wrong_pattern', message: 'Must match the pattern ^(\\w+\\s?)*$.' },
    ]);
    expect(check('two words')).toEqual([]);
  });

  it.each([
    [{ properties: { pattern: { pattern: '(' } } }, 'properties.pattern.pattern'],
    [{ items: { anyOf: [{}, { pattern: '(?=a)' }] } }, 'items.anyOf.1.pattern'],
    [{ patternProperties: { '(a+)+$': {} } }, 'patternProperties.(a+)+$'],
    [{ $defs: { a: { patternProperties: { '[': {} } } } }, '$defs.a.patternProperties.['],
  ])('refuses the schema %j at %s', (schema, path) => {
    expect(() => compileSchema(schema as JsonSchema)).toThrow(
      expect.objectContaining({ code: 'schema_invalid', violations: [expect.objectContaining({ path })] }),
    );
  });

  it('leaves data that looks like schemas alone', () => {
    expect(violations({ const: { pattern: '(' } }, { pattern: '(' })).toEqual([]);
    expect(violations({ enum: [{ pattern: 'a' }], default: { pattern: '(' } }, { pattern: 'a' })).toEqual([]);
  });

  it('reports at most a hundred violations', () => {
    expect(
      violations(
        { items: { type: 'string' } },
        Array.from({ length: 500 }, () => 1),
      ),
    ).toHaveLength(100);
  });
});

const leaf = fc.oneof(
  fc.record({ type: fc.constantFrom('string', 'number', 'integer', 'boolean', 'null', 'object', 'array') }),
  fc.record({
    type: fc.constant('string'),
    minLength: fc.integer({ min: 0, max: 3 }),
    maxLength: fc.integer({ min: 0, max: 5 }),
  }),
  fc.record({ type: fc.constant('integer'), minimum: fc.integer({ min: -2, max: 2 }) }),
  fc.record({ enum: fc.uniqueArray(fc.constantFrom('a', 'b', 1, null, true), { minLength: 1 }) }),
);
const schemas = fc.letrec((tie) => ({
  schema: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc.record({ type: fc.constant('array'), items: tie('schema'), minItems: fc.integer({ min: 0, max: 2 }) }),
    fc.record({
      type: fc.constant('object'),
      properties: fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('schema')),
      required: fc.uniqueArray(fc.constantFrom('a', 'b')),
      additionalProperties: fc.boolean(),
    }),
    fc.record({ anyOf: fc.array(tie('schema'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ oneOf: fc.array(tie('schema'), { minLength: 1, maxLength: 3 }) }),
  ),
})).schema;
const values = fc.jsonValue({ maxDepth: 3 });

it('agrees with Ajv, a second opinion, on random schemas and values', () => {
  const ajv = new Ajv2020({ strict: false });
  fc.assert(
    fc.property(
      schemas,
      fc.array(fc.oneof(values, fc.dictionary(fc.constantFrom('a', 'b', 'c'), values)), { maxLength: 6 }),
      (schema, samples) => {
        const theirs = ajv.compile(schema as object);
        const ours = compileSchema(schema as JsonSchema);
        for (const sample of samples) expect(ours(sample).length === 0).toBe(theirs(sample));
      },
    ),
  );
});
