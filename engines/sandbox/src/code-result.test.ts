import { expect, it } from 'vitest';
import { codeResult, reportedFailure, unanswered } from './code-result.ts';

const codes = { timeout: 'code_timeout', aborted: 'code_aborted', memory: 'code_out_of_memory' } as const;
const exit = { code: null, signal: null, stderr: '' };

it.each([
  [{ kind: 'timeout' }, 'code_timeout'],
  [{ kind: 'aborted' }, 'code_aborted'],
  [{ kind: 'overloaded' }, 'sandbox_overloaded'],
  [{ kind: 'closed' }, 'sandbox_closed'],
  [{ kind: 'unavailable', message: 'x' }, 'sandbox_unavailable'],
  [{ kind: 'crashed', exit: { ...exit, signal: 'SIGABRT' } }, 'code_out_of_memory'],
  [{ kind: 'crashed', exit: { ...exit, reason: 'memory_limit' } }, 'code_out_of_memory'],
  [{ kind: 'crashed', exit: { ...exit, code: 1 } }, 'sandbox_crashed'],
] as const)('names the end %j', (outcome, code) => {
  expect(unanswered(outcome, codes, 100)).toMatchObject({ kind: 'failed', error: { code } });
});

it('trusts no report of a child', () => {
  expect(reportedFailure(null, 'code_error')).toMatchObject({ error: { code: 'code_error', message: 'It failed.' } });
  const details = { big: 'x'.repeat(100_000) };
  const { error } = reportedFailure({ code: 'made_up', message: 'y'.repeat(100_000), details }, 'code_error');
  expect(error.code).toBe('code_error');
  expect(error.message.length).toBeLessThan(10_000);
  expect(error.details).toBeUndefined();
});

it('reads an answer whatever its head holds', () => {
  const read = (head: object, body = '1') => codeResult(head as Record<string, unknown>, Buffer.from(body), 10);
  expect(read({})).toEqual({ kind: 'succeeded', data: 1, logs: [], logsDropped: 0 });
  expect(read({ logs: [null, { message: 'm', level: 'warn' }], logsDropped: 2 })).toMatchObject({
    logs: [
      { level: 'log', message: 'undefined' },
      { level: 'warn', message: 'm' },
    ],
    logsDropped: 2,
  });
  expect(read({}, 'nonsense')).toMatchObject({ error: { code: 'code_output_not_json' } });
  expect(read({}, '"longer than ten"')).toMatchObject({ error: { code: 'code_output_too_large' } });
  expect(read({ cancelled: true })).toMatchObject({ error: { code: 'code_aborted' } });
});
