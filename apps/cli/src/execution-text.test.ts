import type { Execution } from '@conv3n/sdk';
import { expect, it } from 'vitest';
import { eventText, executionText } from './execution-text.ts';

const line = (type: string, data: object) => eventText({ type, data }, process.stdout);

it.each([
  ['execution_started', {}, 'execution started'],
  ['step_succeeded', { node: 'big', port: 'true', ms: 12 }, '  big succeeded → true 12 ms'],
  [
    'step_failed',
    { node: 'get', i: [3, 0], error: { message: 'No\u001b[2J answer.' } },
    '  get[3.0] failed No answer.',
  ],
  ['step_in_doubt', { node: 'pay', reason: 'The connection was lost.' }, '  pay in doubt The connection was lost.'],
  ['loop_started', { node: 'each', count: 4 }, '  loop each started with 4 items'],
  ['iterations_finished', { node: 'each', from: 0, to: 4 }, '  iterations each finished 0 to 3'],
])('shows %s in a line', (type, data, text) => {
  expect(line(type, data)).toBe(text);
});

const step = {
  node: 'a',
  type: 'std/transform',
  attempts: 2,
  data: null,
  port: null,
  started_at: null,
  finished_at: null,
};
const execution = (more: object) =>
  ({
    id: 'e1',
    workflow_name: 'Test',
    started_at: null,
    finished_at: null,
    error: null,
    output: null,
    steps: [],
    ...more,
  }) as unknown as Execution;

it('names the step that failed, its error and its code', () => {
  const error = { code: 'odd', message: 'It is odd.' };
  const text = executionText(execution({ status: 'failed', error, steps: [{ ...step, status: 'failed', error }] }));
  expect(text).toContain('error in a It is odd. (odd)');
  expect(text).toMatch(/a +std\/transform +failed +2/);
});

it('gives the command that decides each step in doubt', () => {
  const steps = [{ ...step, status: 'in_doubt', error: null }];
  expect(executionText(execution({ status: 'in_doubt', steps }))).toContain(
    'conv3n execution decide e1 a succeed|retry|skip|fail',
  );
});

it('shows the output only of an execution that succeeded', () => {
  expect(executionText(execution({ status: 'succeeded', output: { n: 1 } }))).toMatch(/"n": 1\n}$/);
  expect(executionText(execution({ status: 'running' }))).toBe('Test  running  e1\n\nNo steps yet.');
});
