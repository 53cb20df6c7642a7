import { isConv3nError } from '@conv3n/platform';
import { describe, expect, test } from 'vitest';
import { compileExpression } from '../expression.ts';
import { escapeCorpus, escapeScope } from './escape-corpus.ts';
import type { EscapeAttempt } from './escapes/attempt.ts';

type Result = { readonly value: unknown } | { readonly code: string; readonly details: unknown };

function attempt(source: string): Result {
  try {
    return { value: compileExpression(source).evaluate(escapeScope()) };
  } catch (thrown) {
    if (!isConv3nError(thrown)) throw thrown;
    return { code: thrown.code, details: thrown.details };
  }
}

/** Everything reachable from the intrinsics an escape would change. */
function fingerprint(): string {
  const intrinsics = [Object, Array, String, Number, Boolean, Date, Function, Math, JSON, Reflect, globalThis];
  const prototypes = [Object, Array, String, Number, Boolean, Date, Function].map((owner) => owner.prototype);
  return [...intrinsics, ...prototypes].map((holder) => Reflect.ownKeys(holder).map(String).join()).join('|');
}

/** Throws unless the value is plain data all the way down. */
function assertPlain(value: unknown): void {
  if (value === null || ['string', 'number', 'boolean', 'undefined'].includes(typeof value)) return;
  expect(typeof value).toBe('object');
  expect([Object.prototype, Array.prototype]).toContain(Object.getPrototypeOf(value));
  for (const key of Reflect.ownKeys(value as object)) {
    expect(typeof key).toBe('string');
    assertPlain((value as Record<PropertyKey, unknown>)[key]);
  }
}

const families = Map.groupBy(escapeCorpus, ({ family }) => family);
function title({ source }: EscapeAttempt): string {
  return source.length > 90 ? `${source.slice(0, 90)}... (${source.length})` : source;
}

for (const [family, attempts] of families) {
  describe(`An escape by way of ${family}`, () => {
    test.each(attempts.map((entry) => [title(entry), entry] as const))('ends as stated: %s', (_title, entry) => {
      const before = fingerprint();
      const result = attempt(entry.source);
      expect(fingerprint()).toBe(before);
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
      if ('code' in entry.outcome) {
        expect(result).toMatchObject({ code: entry.outcome.code });
        const { position, length } = (result as { details: { position: number; length: number } }).details;
        expect(position).toBeGreaterThanOrEqual(0);
        expect(position + length).toBeLessThanOrEqual(entry.source.length);
      } else {
        expect(result).toEqual({ value: entry.outcome.value });
        assertPlain((result as { value: unknown }).value);
      }
    });
  });
}

test('The corpus holds at least 180 distinct attempts.', () => {
  expect(new Set(escapeCorpus.map(({ source }) => source)).size).toBeGreaterThanOrEqual(180);
});
