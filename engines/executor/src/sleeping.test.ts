import { describe, expect, it } from 'vitest';
import { executorErrors } from './errors.ts';
import { executorOn, memoryDisk, restOf, storedEvents, workflow } from './testing/executor-fixture.ts';
import { countingBlock, testError } from './testing/test-blocks.ts';

const nap = workflow(
  { w: { type: 'std/delay', config: { duration: '1h' } }, e: { type: 'test/set', config: { set: 'awake' } } },
  ['w -> e'],
);

describe('an execution that only waits', () => {
  it('leaves the memory and comes back when its time has come', async () => {
    const disk = memoryDisk();
    const executor = executorOn(disk);
    const { id } = await executor.start({ definition: nap });
    await disk.platform.advance(100);
    expect(executor.stats()).toEqual({ open: 1, sleeping: 1, running: 0, queued: 0, calls: 0, timers: 1 });
    expect(await executor.view(id)).toMatchObject({ status: 'waiting' });
    await disk.platform.advance(3_600_000);
    expect(await executor.view(id)).toMatchObject({ status: 'succeeded', output: 'awake' });
    expect(executor.stats()).toEqual({ open: 0, sleeping: 0, running: 0, queued: 0, calls: 0, timers: 0 });
  });

  it('can be waited for, followed, cancelled and drained meanwhile', async () => {
    const disk = memoryDisk();
    const executor = executorOn(disk);
    const started = await executor.start({ definition: nap });
    const other = await executor.start({ definition: nap });
    const third = await executor.start({ definition: nap });
    await disk.platform.advance(100);
    expect(executor.stats().sleeping).toBe(3);
    const settled = started.settled();
    const waited = executor.wait(other.id, { waitMs: 7_200_000 });
    const seen: string[] = [];
    const following = (async () => {
      const { signal } = new AbortController();
      for await (const event of executor.follow(other.id, { afterVersion: 2, signal })) seen.push(event.type);
    })();
    await executor.cancel(third.id, 'user:1');
    await disk.platform.advance(3_600_000);
    expect(await settled).toMatchObject({ status: 'succeeded' });
    expect(await waited).toMatchObject({ settled: true, execution: { status: 'succeeded' } });
    await following;
    expect(seen).toEqual(['step_succeeded', 'step_succeeded', 'execution_succeeded']);
    expect(await executor.view(third.id)).toMatchObject({ status: 'cancelled' });
  });

  it('sleeps again after a restart, and wakes for its own timeout and for retries', async () => {
    const disk = memoryDisk();
    const busy = countingBlock('test/busy', 'idempotent', (call) =>
      call === 1
        ? { kind: 'failed', error: testError('busy', { retryable: true }) }
        : { kind: 'succeeded', data: call },
    );
    const first = executorOn(disk, { blocks: [busy] });
    const late = await first.start({ definition: { ...nap, timeout: '30m' } });
    const retry = { maxAttempts: 2, delay: '10m', maxDelay: '10m', jitter: false };
    const again = await first.start({ definition: workflow({ b: { type: 'test/busy', retry } }) });
    await disk.platform.advance(100);
    await first.drain(0);
    expect(disk.platform.pendingTimers()).toBe(0);
    const second = executorOn(disk, { blocks: [busy] });
    expect(await second.recover()).toBe(2);
    await disk.platform.advance(0);
    expect(second.stats()).toMatchObject({ open: 2, sleeping: 2 });
    await disk.platform.advance(600_000);
    expect(await second.view(again.id)).toMatchObject({ status: 'succeeded', output: 2 });
    await disk.platform.advance(1_200_000);
    expect(await second.view(late.id)).toMatchObject({ status: 'timed_out' });
  });
});

describe('a store that fails', () => {
  /** A disk whose appends fail while `failing` gives an error. */
  function failingDisk() {
    const disk = memoryDisk();
    const control: { failing: (append: number) => Error | undefined } = { failing: () => undefined };
    let appends = 0;
    const { eventStore } = disk;
    const append: typeof eventStore.append = async (...args) => {
      appends += 1;
      const error = control.failing(appends);
      if (error) throw error;
      return eventStore.append(...args);
    };
    const store = new Proxy(eventStore, {
      get: (target, key) => (key === 'append' ? append : bind(Reflect.get(target, key, target), target)),
    });
    return { disk, control, broken: { ...disk, eventStore: store } };
  }

  const bind = (value: unknown, target: object) => (typeof value === 'function' ? value.bind(target) : value);
  const chain = workflow({ a: 'test/sleep_idempotent', b: 'test/sleep_idempotent' }, ['a -> b']);

  it('refuses the start when the first commit fails', async () => {
    const { broken, control, disk } = failingDisk();
    control.failing = () => new Error('disk gone');
    const executor = executorOn(broken);
    const started = await executor.start({ definition: chain });
    await expect(started.accepted()).rejects.toMatchObject({ code: 'internal_error' });
    await expect(executor.runAndWait({ definition: chain }, { waitMs: 10 })).rejects.toMatchObject({
      code: 'internal_error',
    });
    expect(executor.stats()).toMatchObject({ open: 0, running: 0 });
    expect(disk.platform.lines.some((line) => line.level === 'error')).toBe(true);
  });

  it('gets the same append again after a passing failure', async () => {
    const { broken, control, disk } = failingDisk();
    control.failing = (append) =>
      append === 2 || append === 3 ? executorErrors.error('block_unavailable', 'The store is busy.') : undefined;
    const executor = executorOn(broken);
    const { id } = await executor.start({ definition: chain });
    await disk.platform.advance(60_000);
    expect(await executor.view(id)).toMatchObject({ status: 'succeeded' });
    const types = (await storedEvents(disk, id)).map((event) => event.type);
    expect(types).toEqual(['execution_started', 'step_succeeded', 'step_succeeded', 'execution_succeeded']);
  });

  it('loses nothing durable when it fails for good: the next start goes on', async () => {
    const { broken, control, disk } = failingDisk();
    control.failing = (append) => (append >= 2 ? new Error('disk gone') : undefined);
    const first = executorOn(broken);
    const { id } = await first.start({ definition: chain });
    await disk.platform.advance(1000);
    expect(first.stats()).toMatchObject({ open: 0 });
    control.failing = () => undefined;
    const second = executorOn(disk);
    expect(await second.recover()).toBe(1);
    expect(await restOf(disk, second, id)).toMatchObject({ status: 'succeeded' });
  });
});
