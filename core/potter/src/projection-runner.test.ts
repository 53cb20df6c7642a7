import { Conv3nError } from '@conv3n/platform';
import { afterEach, describe, expect, test } from 'vitest';
import { recordingLog } from '../test/recording-log.ts';
import { memoryCheckpoints } from './checkpoint.ts';
import { memoryEventStore } from './memory-event-store.ts';
import { memoryAtomicWrite } from './memory-transaction.ts';
import type { Projection } from './projection.ts';
import { ProjectionRunner, type ProjectionRunnerOptions } from './projection-runner.ts';
import { immediateTimers } from './testing/immediate-timers.ts';
import { manualClock } from './testing/manual-clock.ts';

const clock = manualClock();
const running: { stop(): Promise<void> }[] = [];
afterEach(() => Promise.all(running.splice(0).map((one) => one.stop())));

const events = (from: number, to: number, type = 'Counted') =>
  Array.from({ length: to - from }, (_, i) => ({ type, data: { n: from + i } }));
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

function setUp(overrides: Partial<Projection> = {}, options: Partial<ProjectionRunnerOptions> = {}) {
  const store = memoryEventStore({ clock });
  const checkpoints = memoryCheckpoints();
  const timers = immediateTimers();
  const log = recordingLog();
  let model: number[] = [];
  const projection: Projection = {
    name: 'numbers',
    apply: ({ data }) => [
      memoryAtomicWrite('memory', (transaction) => {
        const before = model;
        transaction.onUndo(() => {
          model = before;
        });
        model = [...model, data['n'] as number];
      }),
    ],
    reset: () => [
      memoryAtomicWrite('memory', () => {
        model = [];
      }),
    ],
    ...overrides,
  };
  const make = () =>
    new ProjectionRunner({ store, checkpoints, projection, clock, timers, log, batchSize: 10, ...options });
  const runner = make();
  const start = (one = runner) => {
    const controller = new AbortController();
    const done = one.run(controller.signal);
    const handle = {
      done,
      stop: async () => {
        controller.abort();
        await done.catch(() => {});
      },
    };
    running.push(handle);
    return handle;
  };
  return { store, checkpoints, timers, log, runner, make, start, model: () => model };
}
const until = (condition: () => boolean) => expect.poll(condition, { interval: 1, timeout: 5000 }).toBe(true);

describe('a projection runner', () => {
  test('takes what is behind it in batches, then follows live, each event once', async () => {
    const { store, runner, start, model, checkpoints } = setUp();
    await store.append('a', 'any', events(0, 35));
    start();
    await until(() => runner.status().state === 'live');
    for (let n = 35; n < 60; n++) await store.append('a', 'any', events(n, n + 1));
    await until(() => model().length >= 60);
    expect(model()).toEqual(range(0, 60));
    expect(runner.status()).toMatchObject({ position: 60, applied: 60, parked: 0 });
    expect(await checkpoints.load('numbers')).toBe(60);
  });

  test('goes on from its checkpoint after a stop', async () => {
    const { store, runner, start, make, model } = setUp();
    await store.append('a', 'any', events(0, 5));
    const first = start();
    await until(() => runner.status().state === 'live');
    await first.stop();
    expect(runner.status().state).toBe('stopped');
    await store.append('a', 'any', events(5, 8));
    const second = make();
    start(second);
    await until(() => second.status().state === 'live');
    expect(model()).toEqual(range(0, 8));
  });

  test('waits without reading while nothing happens', async () => {
    const { store, runner, start } = setUp();
    let reads = 0;
    const readAll = store.readAll.bind(store);
    store.readAll = (options) => {
      reads += 1;
      return readAll(options);
    };
    start();
    await until(() => runner.status().state === 'live');
    const before = reads;
    for (let turn = 0; turn < 50; turn++) await new Promise<void>((resolve) => queueMicrotask(resolve));
    expect(reads).toBe(before);
  });

  test('takes only the streams and types it names', async () => {
    const { store, runner, start, model } = setUp({ streamPrefix: 'a-', types: new Set(['Counted']) });
    await store.append('b-1', 'any', events(0, 3));
    await store.append('a-1', 'any', [...events(3, 5), ...events(5, 6, 'Ignored'), ...events(6, 7)]);
    start();
    await until(() => runner.status().state === 'live');
    expect(model()).toEqual([3, 4, 6]);
    expect(runner.status().applied).toBe(3);
  });

  test('tries a failing event again with growing delays, holds back those behind it, then parks it', async () => {
    const tried: number[] = [];
    const { store, runner, start, timers, checkpoints } = setUp(
      {
        apply: ({ data }) => {
          tried.push(data['n'] as number);
          if (data['n'] === 2) throw new Error('poison');
          return [];
        },
      },
      { maxAttempts: 3 },
    );
    await store.append('a', 'any', events(0, 5));
    start();
    await until(() => runner.status().state === 'live');
    expect(tried).toEqual([0, 1, 2, 0, 1, 2, 2, 2, 3, 4]);
    expect(timers.delays).toEqual([100, 200]);
    expect(runner.status()).toMatchObject({ parked: 1, position: 5 });
    expect(await checkpoints.parked('numbers', 10)).toMatchObject([
      { position: 3, stream: 'a', error: 'Error: poison' },
    ]);
  });

  test('never parks because of an error marked retryable', async () => {
    let failures = 20;
    const { store, runner, start, timers } = setUp(
      {
        apply: () => {
          if (failures-- > 0) throw new Conv3nError('database_full', 'Full.', { kind: 'exhausted' });
          return [];
        },
      },
      { maxAttempts: 2 },
    );
    await store.append('a', 'any', events(0, 1));
    start();
    await until(() => runner.status().state === 'live');
    expect(runner.status()).toMatchObject({ parked: 0, applied: 1 });
    expect(Math.max(...timers.delays)).toBe(30_000);
  });

  test('a failing commit leaves neither the read model nor the checkpoint', async () => {
    let broken = true;
    const { store, runner, start, model } = setUp({
      apply: ({ data }) => [
        memoryAtomicWrite('memory', () => {
          if (broken && data['n'] === 1) {
            broken = false;
            throw new Error('once');
          }
          model().push(data['n'] as number);
        }),
      ],
    });
    await store.append('a', 'any', events(1, 3));
    start();
    await until(() => runner.status().state === 'live');
    expect(model()).toEqual([1, 2]);
    expect(runner.status().error).toBeUndefined();
  });

  test('is rebuilt after a reset, which it refuses while it runs', async () => {
    const { store, runner, start, model } = setUp();
    await store.append('a', 'any', events(0, 12));
    const first = start();
    await until(() => runner.status().state === 'live');
    await expect(runner.reset()).rejects.toMatchObject({ code: 'invalid_projection' });
    await expect(runner.run(new AbortController().signal)).rejects.toMatchObject({ code: 'invalid_projection' });
    await first.stop();
    await runner.reset();
    expect(model()).toEqual([]);
    start();
    await until(() => runner.status().state === 'live');
    expect(model()).toEqual(range(0, 12));
  });

  test('fails aloud when the store does', async () => {
    const { store, runner, start } = setUp();
    await store.close();
    await expect(start().done).rejects.toMatchObject({ code: 'event_store_closed' });
    expect(runner.status()).toMatchObject({ state: 'failed', error: expect.stringContaining('closed') as string });
  });

  test('needs its checkpoints in the database of the events', () => {
    expect(() => setUp({}, { checkpoints: memoryCheckpoints({ backend: 'elsewhere' }) })).toThrow(
      expect.objectContaining({ code: 'invalid_projection' }),
    );
  });
});
