import type { JsonSchema } from './schema.ts';

type Options = Readonly<Record<string, unknown>>;

/** Properties that may be left out. A mark beside the schema, so that schemas stay plain JSON. */
const optional = new WeakSet<object>();

/**
 * Builds JSON Schemas (2020-12) in few words. The names are TypeBox's, which this replaces where no static type is derived: loading TypeBox's builder
 * costs a process about 12 MiB, see docs/decisions/0005-schema-builder.md.
 */
export const Type = {
  Object: (properties: Readonly<Record<string, JsonSchema>>, options: Options = {}): JsonSchema => {
    const required = Object.keys(properties).filter((name) => !optional.has(properties[name] as object));
    return { type: 'object', ...(required.length > 0 && { required }), properties, ...options };
  },
  /** The property may be left out. */
  Optional: (schema: JsonSchema): JsonSchema => {
    const copy = { ...schema };
    optional.add(copy);
    return copy;
  },
  Record: (value: JsonSchema, options: Options = {}): JsonSchema => ({
    type: 'object',
    additionalProperties: value,
    ...options,
  }),
  Array: (items: JsonSchema, options: Options = {}): JsonSchema => ({ type: 'array', items, ...options }),
  String: (options: Options = {}): JsonSchema => ({ type: 'string', ...options }),
  Integer: (options: Options = {}): JsonSchema => ({ type: 'integer', ...options }),
  Number: (options: Options = {}): JsonSchema => ({ type: 'number', ...options }),
  Boolean: (options: Options = {}): JsonSchema => ({ type: 'boolean', ...options }),
  Null: (options: Options = {}): JsonSchema => ({ type: 'null', ...options }),
  Literal: (value: string | number | boolean, options: Options = {}): JsonSchema => ({
    type: typeof value,
    const: value,
    ...options,
  }),
  Enum: (values: readonly (string | number)[], options: Options = {}): JsonSchema => ({ enum: values, ...options }),
  Union: (anyOf: readonly JsonSchema[], options: Options = {}): JsonSchema => ({ anyOf, ...options }),
  Intersect: (allOf: readonly JsonSchema[], options: Options = {}): JsonSchema => ({ allOf, ...options }),
  /** Any JSON. */
  Unknown: (options: Options = {}): JsonSchema => ({ ...options }),
} as const;
