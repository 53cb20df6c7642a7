import type { Execution } from '@conv3n/sdk';
import { expect, it } from 'vitest';
import { type StreamItem, watchExecution } from './watch-execution.ts';

const view = (status: string) => ({ id: 'e1', status }) as Execution;

async function watched(items: readonly StreamItem[], statuses: readonly string[] = []) {
  const seen: string[] = [];
  const left = [...statuses];
  let stopped = false;
  async function* stream() {
    try {
      yield* items;
    } finally {
      stopped = true;
    }
  }
  const started: string[] = [];
  const ended = await watchExecution({
    stream: stream(),
    read: async () => view(left.shift() ?? 'unread'),
    seen: ({ type }) => seen.push(type),
    started: ({ id }) => started.push(id),
  });
  return { ended: ended.status, seen, left, stopped, started };
}

const event = (type: string): StreamItem => ({ event: type, data: { type, data: {} } });

it('answers the execution of the last event and shows what came before', async () => {
  const items = [
    { event: 'execution', data: view('running') },
    event('step_succeeded'),
    { event: 'end', data: view('succeeded') },
  ];
  expect(await watched(items)).toMatchObject({ ended: 'succeeded', seen: ['step_succeeded'], started: ['e1'] });
});

it('stops when steps are in doubt and nothing else runs', async () => {
  const items = [event('step_in_doubt'), event('never_seen')];
  expect(await watched(items, ['in_doubt'])).toMatchObject({
    ended: 'in_doubt',
    seen: ['step_in_doubt'],
    stopped: true,
  });
});

it('goes on beside a step in doubt until the others are done', async () => {
  const items = [event('step_in_doubt'), event('step_succeeded'), event('never_seen')];
  const { ended, seen, left } = await watched(items, ['running', 'in_doubt']);
  expect({ ended, seen, left }).toEqual({ ended: 'in_doubt', seen: ['step_in_doubt', 'step_succeeded'], left: [] });
});

it('reads the execution anew when the stream ends early', async () => {
  expect(await watched([event('step_succeeded')], ['waiting'])).toMatchObject({ ended: 'waiting' });
});
