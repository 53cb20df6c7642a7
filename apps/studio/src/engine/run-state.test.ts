import { describe, expect, it } from 'vitest';
import { applyEvent, nodeStatus, type RunState, stepDuration } from './run-state.ts';

const time = (ms: number) => new Date(Date.UTC(2026, 0, 1) + ms).toISOString();
const start: RunState = {
  id: 'e1',
  status: 'queued',
  error: null,
  created_at: time(0),
  started_at: null,
  finished_at: null,
  steps: new Map(),
  iterations: new Map(),
};
const play = (events: readonly (readonly [string, unknown, number])[]) =>
  events.reduce(
    (run, [type, data, ms], index) => applyEvent(run, { version: index + 1, type, time: time(ms), data }),
    start,
  );

describe('a run', () => {
  it('follows its events from start to end', () => {
    const run = play([
      ['execution_started', {}, 0],
      ['step_started', { node: 'a', attempt: 1, key: 'k' }, 5],
      [
        'step_failed',
        { node: 'a', error: { code: 'x', message: 'm', retryable: true, kind: 'unavailable' }, retryAt: 99 },
        10,
      ],
      ['step_started', { node: 'a', attempt: 2, key: 'k' }, 20],
      ['step_succeeded', { node: 'a', attempt: 2, data: 1, port: 'big', ms: 4 }, 24],
      ['execution_succeeded', { output: 1 }, 25],
    ]);
    expect(run).toMatchObject({ status: 'succeeded', output: 1 });
    expect(run.steps.get('a')).toMatchObject({ status: 'succeeded', attempts: 2, port: 'big', data: 1, error: null });
    expect(stepDuration(run.steps.get('a') ?? { started_at: null, finished_at: null })).toBe(19);
  });

  it('takes the start of a pure step from its duration', () => {
    const run = play([['step_succeeded', { node: 'a', data: 1, ms: 7 }, 10]]);
    expect(run.steps.get('a')).toMatchObject({ started_at: time(3), finished_at: time(10), port: 'default' });
  });

  it('keeps iterations apart and shows the most pressing of them', () => {
    const run = play([
      ['step_succeeded', { node: 'a', i: [0], data: 1 }, 1],
      ['step_failed', { node: 'a', i: [1], error: { code: 'x', message: 'm', retryable: false, kind: 'internal' } }, 2],
    ]);
    expect(run.steps.has('a')).toBe(false);
    expect(run.iterations.get('a')?.size).toBe(2);
    expect(nodeStatus(run, 'a')).toBe('failed');
    expect(nodeStatus(run, 'b')).toBeUndefined();
  });

  it('ignores events it does not know', () => {
    expect(play([['something_new', { deep: 1 }, 1]])).toEqual(start);
  });

  it('shows doubt, waiting and cancelling', () => {
    const run = play([
      ['step_in_doubt', { node: 'a', attempt: 1, reason: 'r' }, 1],
      ['step_waiting', { node: 'b', until: 5 }, 1],
      ['step_cancelled', { node: 'c' }, 1],
      ['execution_failed', { error: { code: 'x', message: 'm', retryable: false, kind: 'internal' } }, 2],
    ]);
    expect([...run.steps.values()].map((step) => step.status)).toEqual(['in_doubt', 'waiting', 'cancelled']);
    expect(run).toMatchObject({ status: 'failed', error: { code: 'x' } });
  });
});
