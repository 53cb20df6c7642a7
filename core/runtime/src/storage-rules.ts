import type { JsonValue } from '@conv3n/platform';
import { runtimeErrors } from './errors.ts';
import { frozenJson } from './frozen-json.ts';
import type { StorageOperation } from './storage.ts';

/** Limits that every storage adapter keeps. */
export const storageLimits = Object.freeze({
  /** UTF-16 code units of a namespace or key. */
  keyLength: 512,
  /** Bytes of a value as JSON in UTF-8. */
  valueBytes: 4 * 1024 * 1024,
  /** Page size of `list` without `limit`. */
  defaultPage: 100,
  /** Largest page size of `list`. */
  largestPage: 1000,
});

const encoder = new TextEncoder();

/** Checks a namespace and key; a namespace is well-formed Unicode, a key any string. @throws Conv3nError `invalid_storage_key` */
export function checkStorageKey(namespace: string, key: string): void {
  const fits = (name: unknown): boolean =>
    typeof name === 'string' && name !== '' && name.length <= storageLimits.keyLength;
  if (fits(namespace) && fits(key) && namespace.isWellFormed()) return;
  throw runtimeErrors.error(
    'invalid_storage_key',
    `A storage namespace or key is empty, too long or not text. Use 1 to ${storageLimits.keyLength} characters.`,
    { details: { namespace, key } },
  );
}

/** A frozen copy of a value and its JSON text. @throws Conv3nError `value_not_json`, `value_too_large` */
export function storedValue(
  namespace: string,
  key: string,
  given: JsonValue,
): { readonly value: JsonValue; readonly text: string } {
  const value = frozenJson(given);
  const text = JSON.stringify(value);
  const { valueBytes } = storageLimits;
  if (text.length * 3 > valueBytes && encoder.encode(text).length > valueBytes) {
    throw runtimeErrors.error(
      'value_too_large',
      `The value of "${key}" exceeds ${valueBytes} bytes. Store it in parts.`,
      {
        details: { namespace, key, limit: valueBytes },
      },
    );
  }
  return { value, text };
}

/** Compares the revision found (0 for none) with the one an operation expects. @throws Conv3nError `revision_conflict` */
export function checkRevision(operation: StorageOperation, found: number): void {
  const { namespace, key, ifRevision } = operation;
  if (ifRevision === undefined || ifRevision === found) return;
  throw runtimeErrors.error(
    'revision_conflict',
    `"${key}" in "${namespace}" has revision ${found}, not ${ifRevision}. Read it again and repeat the change.`,
    { details: { namespace, key, expected: ifRevision, found } },
  );
}

/** The page size to use for a requested one. */
export function pageSize(limit: number | undefined): number {
  return Math.min(Math.max(1, limit ?? storageLimits.defaultPage), storageLimits.largestPage);
}
