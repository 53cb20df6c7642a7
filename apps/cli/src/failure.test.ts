import { Conv3nError } from '@conv3n/platform';
import { Conv3nApiError } from '@conv3n/sdk';
import { CommanderError } from 'commander';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { reportFailure } from './failure.ts';

let said = '';
beforeEach(() => {
  said = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    said += String(text);
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

it('prints the message of an API error in JSON, with what a program needs', () => {
  const error = new Conv3nApiError({
    code: 'workflow_invalid',
    message: 'Bad.',
    status: 400,
    kind: 'invalid',
    retryable: false,
    violations: [{ path: 'nodes.a', code: 'unknown_key', message: 'Odd.' }],
    requestId: 'r1',
  });
  reportFailure(error, true);
  expect(JSON.parse(said)).toEqual({
    error: {
      code: 'workflow_invalid',
      message: 'Bad.',
      kind: 'invalid',
      retryable: false,
      violations: [{ path: 'nodes.a', code: 'unknown_key', message: 'Odd.' }],
      request_id: 'r1',
    },
  });
  expect(process.exitCode).toBe(2);
});

it('lists several violations under the sentence and does not repeat a single one', () => {
  const violation = (path: string) => ({ path, code: 'x', message: `${path} is wrong.` });
  reportFailure(
    new Conv3nError('bad', 'a: a is wrong. and 1 more', {
      kind: 'invalid',
      violations: [violation('a'), violation('b')],
    }),
    false,
  );
  expect(said).toContain('  a: a is wrong.\n  b: b is wrong.\n');
  said = '';
  reportFailure(new Conv3nError('bad', 'a: a is wrong.', { kind: 'invalid', violations: [violation('a')] }), false);
  expect(said).toBe('error a: a is wrong.\n  code: bad\n');
});

it('shows a single violation that the sentence does not hold, also at the root', () => {
  const violations = [{ path: '', code: 'type', message: 'Must be an object.' }];
  reportFailure(new Conv3nError('bad', 'It does not match.', { kind: 'invalid', violations }), false);
  expect(said).toBe('error It does not match.\n  (root): Must be an object.\n  code: bad\n');
});

it('takes a client error without a kind for an unavailable server', () => {
  reportFailure(new Conv3nApiError({ code: 'client_timeout', message: 'Late.', status: 0, retryable: true }), false);
  expect(process.exitCode).toBe(4);
});

it('shows the stack of what nobody expected', () => {
  reportFailure(new TypeError('odd'), true);
  expect(JSON.parse(said).error).toMatchObject({
    code: 'internal_error',
    message: expect.stringContaining('failure.test.ts'),
  });
  expect(process.exitCode).toBe(1);
});

it('says nothing after help was asked for', () => {
  reportFailure(new CommanderError(0, 'commander.helpDisplayed', '(outputHelp)'), true);
  expect({ said, code: process.exitCode }).toEqual({ said: '', code: undefined });
});
