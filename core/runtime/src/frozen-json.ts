import type { JsonValue } from '@conv3n/platform';
import { runtimeErrors } from './errors.ts';

const deepest = 100;

function refuse(path: string, what: string): never {
  throw runtimeErrors.error('value_not_json', `The value at "${path || 'root'}" is ${what}. Pass plain JSON data.`);
}

function copy(value: unknown, path: string, depth: number): JsonValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : refuse(path, String(value));
  if (typeof value !== 'object') return refuse(path, `a ${typeof value}`);
  if (depth > deepest) return refuse(path, `nested deeper than ${deepest} levels or circular`);
  if (Array.isArray(value)) {
    return Object.freeze(value.map((item, index) => copy(item, `${path}[${index}]`, depth + 1)));
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return refuse(path, 'not a plain object');
  const result: Record<string, JsonValue> = {};
  for (const key of Object.keys(value)) {
    const item = (value as Record<string, unknown>)[key];
    if (item === undefined) continue;
    const child = copy(item, path === '' ? key : `${path}.${key}`, depth + 1);
    if (key === '__proto__') Object.defineProperty(result, key, { value: child, enumerable: true });
    else result[key] = child;
  }
  return Object.freeze(result);
}

/** A frozen deep copy, so neither the giver nor a receiver can change it later. @throws Conv3nError `value_not_json` */
export function frozenJson(value: unknown): JsonValue {
  return copy(value, '', 0);
}
