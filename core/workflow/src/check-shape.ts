import { isRecord } from '@conv3n/platform';
import { type ProblemList, under } from './workflow-problem.ts';

/** The keywords the workflow schema uses. */
interface Shape {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly oneOf?: readonly Shape[];
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxItems?: number;
  readonly minProperties?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly propertyNames?: { readonly pattern: string };
  readonly additionalProperties?: boolean | Shape;
  readonly items?: Shape;
}

/** Checks a value against the workflow schema, with words for people. Answers whether it fits. */
export function checkShape(value: unknown, schema: object, path: string, list: ProblemList): boolean {
  const shape = schema as Shape;
  const before = list.problems.length;
  if (shape.oneOf) checkOneOf(value, shape.oneOf, path, list);
  else if (shape.const !== undefined && value !== shape.const) {
    list.add(path, 'value_not_allowed', `${path || 'The file'} must be ${JSON.stringify(shape.const)}.`);
  } else if (shape.enum) checkEnum(value, shape.enum, path, list);
  else if (shape.type) checkTyped(value, shape, shape.type, path, list);
  return list.problems.length === before;
}

function checkOneOf(value: unknown, shapes: readonly Shape[], path: string, list: ProblemList): void {
  const object = shapes.find((shape) => shape.type === 'object');
  if (isRecord(value) && object) checkShape(value, object, path, list);
  else checkShape(value, shapes.find((shape) => shape.enum) ?? {}, path, list);
}

function checkEnum(value: unknown, allowed: readonly unknown[], path: string, list: ProblemList): void {
  if (allowed.includes(value)) return;
  const words = allowed.map(String);
  list.addUnknown(path, 'value_not_allowed', `${path} must be one of ${words.join(', ')}.`, String(value), words);
}

function checkTyped(value: unknown, shape: Shape, type: string, path: string, list: ProblemList): void {
  if (!hasType(value, type)) {
    list.add(path, 'wrong_type', `${path || 'The file'} must be ${article(type)} ${type}, not ${nameOf(value)}.`);
    return;
  }
  if (typeof value === 'string') checkText(value, shape, path, list);
  else if (typeof value === 'number') checkRange(value, shape.minimum, shape.maximum, path, '', list);
  else if (Array.isArray(value)) {
    checkRange(value.length, undefined, shape.maxItems, path, ' elements', list);
    for (const [index, element] of value.entries()) checkShape(element, shape.items ?? {}, under(path, index), list);
  } else if (isRecord(value)) checkProperties(value, shape, path, list);
}

function checkText(value: string, shape: Shape, path: string, list: ProblemList): void {
  if (shape.format === 'duration') {
    if (!new RegExp(shape.pattern ?? '').test(value)) {
      list.add(
        path,
        'invalid_duration',
        `"${value}" is not a duration. Write a number and a unit: 200ms, 30s, 5m, 2h or 7d.`,
      );
    }
    return;
  }
  if (shape.format === 'port' && !new RegExp(shape.pattern ?? '').test(value)) {
    list.add(path, 'value_not_allowed', `"${value.slice(0, 64)}" is no port name. Use letters, digits, _ . and -.`);
  }
  checkRange(value.length, shape.minLength, shape.maxLength, path, ' characters', list);
}

function checkRange(
  value: number,
  minimum: number | undefined,
  maximum: number | undefined,
  path: string,
  unit: string,
  list: ProblemList,
): void {
  if (minimum !== undefined && value < minimum) {
    list.add(path, 'value_not_allowed', `${path} must be at least ${minimum}${unit}, not ${value}.`);
  }
  if (maximum !== undefined && value > maximum) {
    list.add(path, 'value_not_allowed', `${path} must be at most ${maximum}${unit}, not ${value}.`);
  }
}

function checkProperties(value: Record<string, unknown>, shape: Shape, path: string, list: ProblemList): void {
  const { properties = {}, required = [], additionalProperties, propertyNames } = shape;
  const where = path || 'the file';
  for (const key of required) {
    if (!Object.hasOwn(value, key) || value[key] === undefined)
      list.add(under(path, key), 'missing_key', `"${key}" is missing in ${where}.`);
  }
  const keys = Object.keys(value);
  if (keys.length < (shape.minProperties ?? 0)) {
    list.add(path, 'value_not_allowed', `${where} must have at least ${shape.minProperties} entry.`);
  }
  for (const key of keys) {
    const place = under(path, key);
    if (value[key] === undefined) continue;
    if (Object.hasOwn(properties, key)) {
      checkShape(value[key], properties[key] as Shape, place, list);
    } else if (additionalProperties === false) {
      list.addUnknown(place, 'unknown_key', `There is no key "${key}" in ${where}.`, key, Object.keys(properties));
    } else if (typeof additionalProperties === 'object') {
      if (propertyNames && (key === '__proto__' || !new RegExp(propertyNames.pattern).test(key))) {
        const rule = 'letters, digits and _, at most 64, not beginning with a digit';
        list.add(place, 'invalid_node_id', `"${key}" is no node id: ${rule}.`);
      }
      checkShape(value[key], additionalProperties, place, list);
    }
  }
}

function hasType(value: unknown, type: string): boolean {
  switch (type) {
    case 'object':
      return isRecord(value);
    case 'array':
      return Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    case 'number':
      return Number.isFinite(value);
    default:
      return typeof value === type;
  }
}

function nameOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : `${article(typeof value)} ${typeof value}`;
}

function article(type: string): string {
  return /^[aeiou]/.test(type) ? 'an' : 'a';
}
