import { isRecord, type JsonObject, type JsonValue } from '@conv3n/platform';
import { blocksStdErrors } from '../errors.ts';

/** What a value is called in messages. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  return Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** Applies `change` to an object, or to each object of a list. */
export function eachObject(
  operation: string,
  value: JsonValue | undefined,
  change: (object: JsonObject) => JsonObject,
): JsonValue {
  const one = (element: JsonValue | undefined): JsonObject => {
    if (isRecord(element)) return change(element as JsonObject);
    throw blocksStdErrors.error(
      'transform_input',
      `"${operation}" works on an object or a list of objects and got ${kindOf(element)}.`,
    );
  };
  return Array.isArray(value) ? value.map(one) : one(value);
}

/** The fields named, in the order named; missing ones are left out. */
export function pick(object: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(
    names.filter((name) => Object.hasOwn(object, name)).map((name) => [name, object[name] as JsonValue]),
  );
}

/** The object with fields renamed in place. @throws Conv3nError `rename_conflict` */
export function rename(object: JsonObject, names: Readonly<Record<string, string>>): JsonObject {
  const seen = new Set<string>();
  return Object.fromEntries(
    Object.entries(object).map(([key, value]) => {
      const name = Object.hasOwn(names, key) ? (names[key] as string) : key;
      if (seen.has(name)) {
        throw blocksStdErrors.error(
          'rename_conflict',
          `Two fields would be called "${name}". Rename or drop one of them first.`,
        );
      }
      seen.add(name);
      return [name, value];
    }),
  );
}

/** The keys of `set` over the fields of the current value, which may be nothing. */
export function setOver(current: JsonValue | undefined, set: JsonObject): JsonObject {
  if (current === undefined || current === null) return set;
  if (!isRecord(current)) {
    const text = `"keep" adds keys to an object and got ${kindOf(current)}. Leave keep out or make the input an object.`;
    throw blocksStdErrors.error('transform_input', text);
  }
  return { ...(current as JsonObject), ...set };
}

/** One result per element. */
export function mapList(value: JsonValue | undefined, each: (item: JsonValue, index: number) => unknown): JsonValue {
  if (!Array.isArray(value)) {
    throw blocksStdErrors.error('transform_input', `"map" works on a list and got ${kindOf(value)}.`);
  }
  return value.map((item: JsonValue, index) => (each(item, index) ?? null) as JsonValue);
}
