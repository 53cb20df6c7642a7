import { expect, it } from 'vitest';
import { failureOf } from './failure.ts';
import { RunLog } from './run-log.ts';

it.each([
  [{ name: 'InternalError', message: 'out of memory' }, 'code_out_of_memory'],
  [{ name: 'InternalError', message: 'stack overflow' }, 'code_stack_overflow'],
  [{ name: 'RangeError', message: 'Maximum call stack size exceeded' }, 'code_stack_overflow'],
  [{ name: 'SyntaxError', message: 'x', stack: '    at workflow-code:1:9\n' }, 'code_syntax_error'],
  [
    { name: 'SyntaxError', message: 'x', stack: '    at parse (native)\n    at default (workflow-code:1:9)' },
    'code_error',
  ],
  [{ name: 'ImportRefused', message: 'x' }, 'code_import_refused'],
  [{ thrown: 'null', isNull: true }, 'code_error'],
  [{}, 'code_error'],
])('names what was thrown: %j', (error, code) => {
  expect(failureOf(error).code).toBe(code);
});

it('shows only frames of the user, with the place of the first', () => {
  const stack =
    'Error: x\n    at f (file:///a/b/workflow-code.mjs:3:7)\n    at node:internal/x:1:1\n    at workflow-code.mjs:9:1';
  expect(failureOf({ name: 'Error', message: 'x', stack }).details).toEqual({
    name: 'Error',
    line: 3,
    column: 7,
    stack: ['at f (workflow-code.mjs:3:7)', 'at workflow-code.mjs:9:1'],
  });
});

it('keeps a bounded number of lines and counts the others', () => {
  const log = new RunLog();
  for (let line = 0; line < 250; line += 1) log.add('log', 'a');
  log.add('log', 'x'.repeat(100_000));
  expect([log.lines.length, log.dropped]).toEqual([200, 51]);
});
