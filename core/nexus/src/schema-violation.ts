import { isRecord, type JsonSchema, type Violation } from '@conv3n/platform';
import { closestName } from './suggestion.ts';

/** One error as TypeBox reports it: JSON pointers into schema and value. */
export interface SchemaError {
  readonly keyword: string;
  readonly schemaPath: string;
  readonly instancePath: string;
  readonly params: Readonly<Record<string, unknown>>;
}

type Sentence = (error: SchemaError) => { readonly code: string; readonly message: string };

const decode = (token: string): string => token.replaceAll('~1', '/').replaceAll('~0', '~');
const tokens = (pointer: string): string[] => pointer.split('/').slice(1).map(decode);
const dotted = (pointer: string): string => tokens(pointer).join('.');
const below = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`);
const list = (values: unknown): string =>
  Array.isArray(values) ? values.map((value) => JSON.stringify(value)).join(', ') : '';
const strings = (values: unknown): readonly string[] => (Array.isArray(values) ? values.map(String) : []);
const count = (value: unknown, noun: string): string => `${String(value)} ${noun}${value === 1 ? '' : 's'}`;
const typeNames: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  null: 'null',
};
const typeName = (type: unknown): string =>
  (Array.isArray(type) ? type : [type]).map((name) => typeNames[String(name)] ?? String(name)).join(' or ');

const sentences: Readonly<Record<string, Sentence>> = {
  type: ({ params }) => ({ code: 'wrong_type', message: `Must be ${typeName(params['type'])}.` }),
  const: ({ params }) => ({ code: 'not_allowed', message: `Must be ${JSON.stringify(params['allowedValue'])}.` }),
  enum: ({ params }) => ({ code: 'not_allowed', message: `Must be one of ${list(params['allowedValues'])}.` }),
  minLength: ({ params }) => ({
    code: 'too_short',
    message:
      params['limit'] === 1 ? 'Must not be empty.' : `Must have at least ${count(params['limit'], 'character')}.`,
  }),
  maxLength: ({ params }) => ({
    code: 'too_long',
    message: `Must have at most ${count(params['limit'], 'character')}.`,
  }),
  pattern: ({ params }) => ({ code: 'wrong_pattern', message: `Must match the pattern ${String(params['pattern'])}.` }),
  format: ({ params }) => ({ code: 'wrong_format', message: `Must have the format ${String(params['format'])}.` }),
  minimum: ({ params }) => ({ code: 'too_small', message: `Must be at least ${String(params['limit'])}.` }),
  exclusiveMinimum: ({ params }) => ({ code: 'too_small', message: `Must be more than ${String(params['limit'])}.` }),
  maximum: ({ params }) => ({ code: 'too_large', message: `Must be at most ${String(params['limit'])}.` }),
  exclusiveMaximum: ({ params }) => ({ code: 'too_large', message: `Must be less than ${String(params['limit'])}.` }),
  multipleOf: ({ params }) => ({
    code: 'not_multiple',
    message: `Must be a multiple of ${String(params['multipleOf'])}.`,
  }),
  minItems: ({ params }) => ({ code: 'too_few', message: `Must have at least ${count(params['limit'], 'item')}.` }),
  maxItems: ({ params }) => ({ code: 'too_many', message: `Must have at most ${count(params['limit'], 'item')}.` }),
  minProperties: ({ params }) => ({ code: 'too_few', message: `Must have at least ${count(params['limit'], 'key')}.` }),
  maxProperties: ({ params }) => ({ code: 'too_many', message: `Must have at most ${count(params['limit'], 'key')}.` }),
  uniqueItems: ({ params }) => ({
    code: 'not_unique',
    message: `Items must differ; repeated at ${list(params['duplicateItems'])}.`,
  }),
  contains: () => ({ code: 'missing_item', message: 'The list lacks a required item.' }),
  dependentRequired: ({ params }) => ({
    code: 'required',
    message: `With "${String(params['property'])}" these are required too: ${strings(params['dependencies']).join(', ')}.`,
  }),
  propertyNames: ({ params }) => ({
    code: 'wrong_key',
    message: `These keys are not allowed: ${strings(params['propertyNames']).join(', ')}.`,
  }),
  anyOf: () => ({ code: 'no_match', message: 'Matches none of the allowed forms.' }),
  oneOf: ({ params }) => ({
    code: 'no_match',
    message:
      strings(params['passingSchemas']).length > 1
        ? 'Matches several forms where exactly one is allowed.'
        : 'Matches none of the allowed forms.',
  }),
  not: () => ({ code: 'not_allowed', message: 'This value is excluded.' }),
  if: ({ params }) => ({
    code: 'no_match',
    message: `Does not match the form required in this case ("${String(params['failingKeyword'])}").`,
  }),
};

/** The violations one schema error stands for, as sentences with dotted paths. `root` and `value` are what was checked. */
export function readSchemaError(error: SchemaError, root: JsonSchema, value: unknown): readonly Violation[] {
  const path = dotted(error.instancePath);
  if (error.keyword === 'required') {
    return strings(error.params['requiredProperties']).map((key) => ({
      path: below(path, key),
      code: 'required',
      message: `"${key}" is required.`,
    }));
  }
  if (error.keyword === 'additionalProperties' || error.keyword === 'unevaluatedProperties') {
    return unknownKeys(error, path, root, value);
  }
  if (error.keyword === 'boolean') return [];
  const sentence = sentences[error.keyword]?.(error);
  return [{ path, ...(sentence ?? { code: 'no_match', message: `Breaks the rule "${error.keyword}".` }) }];
}

function unknownKeys(error: SchemaError, path: string, root: JsonSchema, value: unknown): readonly Violation[] {
  const owner = schemaAt(root, error.schemaPath);
  if (error.keyword === 'additionalProperties' && owner?.['additionalProperties'] !== false) return [];
  const known = isRecord(owner?.['properties']) ? Object.keys(owner['properties']) : [];
  const present = valueAt(value, error.instancePath);
  const free = known.filter((key) => !isRecord(present) || !(key in present));
  const keys = strings(error.params['additionalProperties'] ?? error.params['unevaluatedProperties']);
  return keys.map((key) => {
    const close = closestName(key, free);
    const hint = close
      ? ` Did you mean "${close}"?`
      : known.length > 0 && known.length <= 12
        ? ` Known keys: ${known.join(', ')}.`
        : '';
    return { path: below(path, key), code: 'unknown_key', message: `"${key}" is not a known key.${hint}` };
  });
}

function schemaAt(root: JsonSchema, pointer: string): Record<string, unknown> | undefined {
  let node: unknown = resolveLocal(root, root);
  for (const token of tokens(pointer)) {
    node = resolveLocal(
      isRecord(node) || Array.isArray(node) ? (node as Record<string, unknown>)[token] : undefined,
      root,
    );
  }
  return isRecord(node) ? node : undefined;
}

/** Follows `$ref` inside the same document, a bounded number of times. */
function resolveLocal(node: unknown, root: JsonSchema): unknown {
  let current = node;
  for (let hop = 0; hop < 8 && isRecord(current) && typeof current['$ref'] === 'string'; hop += 1) {
    const reference = current['$ref'];
    if (!reference.startsWith('#/')) return current;
    let target: unknown = root;
    for (const token of tokens(reference)) target = isRecord(target) ? target[token] : undefined;
    current = target;
  }
  return current;
}

function valueAt(value: unknown, pointer: string): unknown {
  let node = value;
  for (const token of tokens(pointer)) {
    node = isRecord(node) || Array.isArray(node) ? (node as Record<string, unknown>)[token] : undefined;
  }
  return node;
}
