import type { JsonValue } from '@conv3n/platform';

/** What {@link checkJson} found: a JSON value and the approximate length of its JSON text, or why it is none. */
export type JsonCheck =
  | { readonly kind: 'json'; readonly value: JsonValue; readonly size: number }
  | { readonly kind: 'not_json'; readonly problem: string }
  | { readonly kind: 'too_large' };

const maxDepth = 200;

class Found extends Error {}

/** Checks a value without making its text. As in JSON, undefined properties are dropped, `toJSON` is followed, and NaN becomes null. */
export function checkJson(value: unknown, maxSize: number): JsonCheck {
  const walk: Walk = { size: 0, maxSize, rewrite: false };
  try {
    measure(value === undefined ? null : value, walk, 0);
    if (!walk.rewrite) return { kind: 'json', value: (value ?? null) as JsonValue, size: walk.size };
    return { kind: 'json', value: JSON.parse(JSON.stringify(value)) as JsonValue, size: walk.size };
  } catch (error) {
    if (error === tooLarge) return { kind: 'too_large' };
    return { kind: 'not_json', problem: error instanceof Error ? error.message : String(error) };
  }
}

interface Walk {
  size: number;
  readonly maxSize: number;
  rewrite: boolean;
}

const tooLarge = new Found('too large');

function measure(value: unknown, walk: Walk, depth: number): void {
  switch (typeof value) {
    case 'string':
      walk.size += value.length + 2;
      break;
    case 'number':
      if (!Number.isFinite(value)) walk.rewrite = true;
      walk.size += value >= 0 && value < 1000 && Number.isInteger(value) ? 3 : 10;
      break;
    case 'boolean':
      walk.size += 5;
      break;
    case 'object':
      if (value === null) walk.size += 4;
      else measureObject(value, walk, depth);
      break;
    default:
      throw new Found(`a ${typeof value} is not JSON`);
  }
  if (walk.size > walk.maxSize) throw tooLarge;
}

function measureObject(value: object, walk: Walk, depth: number): void {
  if (depth > maxDepth) throw new Found(`the value refers to itself or is nested deeper than ${maxDepth}`);
  walk.size += 2;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) {
      walk.size += 1;
      const element: unknown = value[index];
      if (element !== undefined) measure(element, walk, depth + 1);
      else {
        walk.rewrite = true;
        walk.size += 4;
      }
    }
    return;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    if (value instanceof Map || value instanceof Set || value instanceof Error || ArrayBuffer.isView(value)) {
      throw new Found(`a ${value.constructor.name} is not JSON`);
    }
    walk.rewrite = true;
  }
  if (typeof (value as { toJSON?: unknown }).toJSON === 'function') {
    walk.rewrite = true;
    measure((value as { toJSON(): unknown }).toJSON(), walk, depth + 1);
    return;
  }
  for (const key in value) {
    const inner = (value as Record<string, unknown>)[key];
    if (inner === undefined) {
      walk.rewrite = true;
      continue;
    }
    walk.size += key.length + 4;
    measure(inner, walk, depth + 1);
  }
}
