import { expect, it } from 'vitest';
import { Conv3nError, defineErrors, fromErrorDetail, isConv3nError, toConv3nError } from './errors.ts';

const registry = defineErrors({
  busy: { kind: 'exhausted', description: 'Too many at once.' },
  broken: { kind: 'unavailable', description: 'Broken for good.', retryable: false },
});

it('takes kind and retryability from the registry', () => {
  expect(registry.error('busy', 'Too many. Wait.')).toMatchObject({ code: 'busy', kind: 'exhausted', retryable: true });
  expect(registry.error('broken', 'Broken.')).toMatchObject({ kind: 'unavailable', retryable: false });
  expect(registry.error('broken', 'Broken.', { retryable: true }).retryable).toBe(true);
});

it('survives a round trip through its serialised detail', () => {
  const violations = [{ path: 'a.b', code: 'required', message: 'Missing.' }];
  const error = registry.error('busy', 'Too many.', { violations, details: { limit: 3 } });
  const copy = fromErrorDetail(JSON.parse(JSON.stringify(error.toDetail())));
  expect(copy.toDetail()).toEqual(error.toDetail());
});

it('recognises its brand and code, and nothing else', () => {
  const error = new Conv3nError('gone', 'Gone.');
  expect(isConv3nError(error)).toBe(true);
  expect(isConv3nError(error, 'gone')).toBe(true);
  expect(isConv3nError(error, 'other')).toBe(false);
  expect(isConv3nError({ code: 'gone' })).toBe(false);
  expect(isConv3nError(null)).toBe(false);
});

it('wraps any thrown value and keeps it as the cause', () => {
  const error = new Conv3nError('gone', 'Gone.');
  expect(toConv3nError(error)).toBe(error);
  const cause = new TypeError('why');
  expect(toConv3nError(cause)).toMatchObject({ code: 'internal_error', message: 'why', cause });
  expect(toConv3nError('text').message).toBe('text');
  expect(toConv3nError('').message).not.toBe('');
});
