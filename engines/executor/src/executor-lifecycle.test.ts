import type { JsonValue } from '@conv3n/platform';
import type { WorkflowNode } from '@conv3n/workflow';
import { describe, expect, it } from 'vitest';
import { blockMap } from './block-source.ts';
import { createExecutor } from './durable-executor.ts';
import { executorOn, memoryDisk, restOf, runToRest, storedEvents, workflow } from './testing/executor-fixture.ts';

const set = (value: JsonValue): WorkflowNode => ({ type: 'test/set', config: { set: value } });
const sleep = (ms: number): WorkflowNode => ({ type: 'test/sleep', config: { ms } });

describe('admission', () => {
  it('queues beyond the running limit, refuses beyond the queue limit, and admits in turn', async () => {
    const disk = memoryDisk();
    const executor = executorOn(disk, { limits: { maxRunning: 2, maxQueued: 2 } });
    const definition = workflow({ s: sleep(100) });
    const started = [];
    for (let n = 0; n < 4; n += 1) started.push(await executor.start({ definition }));
    await expect(executor.start({ definition })).rejects.toMatchObject({
      code: 'too_many_executions',
      kind: 'exhausted',
      details: { retry_after_ms: expect.any(Number) },
    });
    await Promise.all(started.map((one) => one.accepted()));
    const views = await Promise.all(started.map((one) => executor.view(one.id)));
    expect(views.map((view) => view.status)).toEqual(['running', 'running', 'queued', 'queued']);
    expect(views[3]).toMatchObject({ startedAt: null });
    expect(executor.stats()).toMatchObject({ running: 2, queued: 2, open: 4 });
    await disk.platform.advance(250);
    for (const { id } of started) expect((await executor.view(id)).status).toBe('succeeded');
    expect(executor.stats()).toEqual({ open: 0, sleeping: 0, running: 0, queued: 0, calls: 0, timers: 0 });
  });

  it('keeps a workflow within its own concurrency without holding up others', async () => {
    const disk = memoryDisk();
    disk.workflows.set('one', workflow({ s: sleep(100) }, [], { concurrency: 1 }));
    disk.workflows.set('two', workflow({ s: sleep(10) }));
    const executor = executorOn(disk);
    const a = await executor.start({ workflowId: 'one' });
    const b = await executor.start({ workflowId: 'one' });
    const c = await executor.start({ workflowId: 'two' });
    await disk.platform.advance(50);
    const status = async (id: string) => (await executor.view(id)).status;
    expect([await status(a.id), await status(b.id), await status(c.id)]).toEqual(['running', 'queued', 'succeeded']);
    await disk.platform.advance(60);
    expect([await status(a.id), await status(b.id)]).toEqual(['succeeded', 'running']);
    expect(await disk.index.countOpen('one')).toBe(1);
  });

  it('frees the place of an execution that waits', async () => {
    const disk = memoryDisk();
    const executor = executorOn(disk, { limits: { maxRunning: 1 } });
    const waiting = await executor.start({
      definition: workflow({ w: { type: 'std/delay', config: { duration: '1h' } } }),
    });
    await waiting.accepted();
    const other = await runToRest(disk, executor, workflow({ a: set(1) }));
    expect(other.status).toBe('succeeded');
    expect((await executor.view(waiting.id)).status).toBe('waiting');
  });

  it('brings queued executions back after a restart, in order', async () => {
    const disk = memoryDisk();
    const limits = { maxRunning: 1 };
    const first = executorOn(disk, { limits });
    const definition = workflow({ s: sleep(1000) });
    const ids = [];
    for (let n = 0; n < 3; n += 1) {
      const one = await first.start({ definition });
      await one.accepted();
      ids.push(one.id);
    }
    await first.drain(0);
    const second = executorOn(disk, { limits });
    expect(await second.recover()).toBe(3);
    await disk.platform.advance(10);
    expect(second.stats()).toMatchObject({ running: 1, queued: 2 });
    for (const id of ids) expect((await restOf(disk, second, id)).status).toBe('succeeded');
  });
});

describe('large values', () => {
  const big = 'x'.repeat(5000);

  it('go to blobs and come back where they are read', async () => {
    const disk = memoryDisk();
    const executor = executorOn(disk, { limits: { spillBytes: 1000, cacheBytes: 0 } });
    const definition = workflow(
      {
        a: set({ text: '{{ $trigger.text }}' }),
        b: set('{{ $node.a.data.text.length + $trigger.text.length }}'),
        c: 'test/set',
      },
      ['a -> b', 'a -> c'],
    );
    const view = await runToRest(disk, executor, definition, { text: big });
    expect(view.output).toEqual({ b: 10_000, c: { text: big } });
    expect(view.input).toEqual({ text: big });
    const events = await storedEvents(disk, view.id);
    for (const event of events.slice(1)) expect(JSON.stringify(event).length).toBeLessThan(500);
    expect(events.find((event) => event.data.node === 'a')?.data.data).toEqual({
      $blob: expect.any(String),
      bytes: 5011,
    });
    expect(await executor.step(view.id, 'c')).toMatchObject({ data: { text: big }, input: { default: { text: big } } });
    expect(await executorOn(disk).view(view.id)).toEqual(view);
  });

  it('cannot be forged by data that looks like a reference', async () => {
    const disk = memoryDisk();
    const forged = { $blob: 'm1', bytes: 3 };
    const view = await runToRest(
      disk,
      executorOn(disk),
      workflow({ a: set('{{ $trigger }}'), b: set('{{ $node.a.data.$blob }}') }, ['a -> b']),
      forged,
    );
    expect(view).toMatchObject({ status: 'succeeded', output: 'm1', input: forged });
  });

  it('are refused as input when they are too large or not JSON', async () => {
    const executor = executorOn(memoryDisk(), { limits: { maxInputBytes: 100 } });
    await expect(executor.start({ definition: workflow({ a: set(1) }), input: big })).rejects.toMatchObject({
      code: 'input_too_large',
    });
    await expect(
      executor.start({ definition: workflow({ a: set(1) }), input: { f: () => 1 } as never }),
    ).rejects.toMatchObject({ code: 'input_not_json' });
  });
});

describe('waiting and following', () => {
  it('answers what there is when the wait is over, without cancelling anything', async () => {
    const disk = memoryDisk();
    const executor = executorOn(disk);
    const waited = executor.runAndWait({ definition: workflow({ s: sleep(1000) }) }, { waitMs: 100 });
    await disk.platform.advance(150);
    const { settled, execution } = await waited;
    expect(settled).toBe(false);
    expect(execution.status).toBe('running');
    const rest = executor.wait(execution.id, { waitMs: 10_000 });
    await disk.platform.advance(1000);
    expect(await rest).toMatchObject({ settled: true, execution: { status: 'succeeded' } });
    expect(await executor.wait(execution.id, { waitMs: 1 })).toMatchObject({ settled: true });
  });

  it('stops waiting when the caller leaves', async () => {
    const disk = memoryDisk();
    const executor = executorOn(disk);
    const controller = new AbortController();
    const waited = executor.runAndWait(
      { definition: workflow({ s: sleep(1000) }) },
      { waitMs: 60_000, signal: controller.signal },
    );
    await disk.platform.advance(20);
    controller.abort();
    expect(await waited).toMatchObject({ settled: false });
  });

  it('follows committed events live until the end, from any version', async () => {
    const disk = memoryDisk();
    const executor = executorOn(disk);
    const { id, accepted } = await executor.start({
      definition: workflow({ a: set(1), w: { type: 'std/delay', config: { duration: '1m' } }, b: set(2) }, [
        'a -> w',
        'w -> b',
      ]),
    });
    await accepted();
    const signal = new AbortController().signal;
    const seen: string[] = [];
    const following = (async () => {
      for await (const event of executor.follow(id, { signal })) seen.push(event.type);
    })();
    await disk.platform.advance(10);
    expect(seen).toEqual(['execution_started', 'step_succeeded', 'step_waiting']);
    await disk.platform.advance(60_000);
    await following;
    expect(seen.slice(3)).toEqual(['step_succeeded', 'step_succeeded', 'execution_succeeded']);
    const later: number[] = [];
    for await (const event of executor.follow(id, { afterVersion: 4, signal })) later.push(event.version);
    expect(later).toEqual([5, 6]);
    for await (const event of executor.follow(id, { afterVersion: 6, signal })) later.push(event.version);
    expect(later).toEqual([5, 6]);
    expect(await executor.events(id, { afterVersion: 5 })).toHaveLength(1);
    await expect(executor.events('none')).rejects.toMatchObject({ code: 'execution_not_found' });
    await expect(executor.view('none')).rejects.toMatchObject({ code: 'execution_not_found' });
  });

  it('ends following when the signal aborts', async () => {
    const disk = memoryDisk();
    const executor = executorOn(disk);
    const { id, accepted } = await executor.start({
      definition: workflow({ w: { type: 'std/delay', config: { duration: '1h' } } }),
    });
    await accepted();
    const controller = new AbortController();
    const following = (async () => {
      for await (const event of executor.follow(id, { signal: controller.signal }))
        expect(event.type).toBeTypeOf('string');
    })();
    await disk.platform.advance(10);
    controller.abort();
    await following;
  });
});

describe('draining', () => {
  it('lets running steps finish in the grace period, starts nothing, and resumes the rest at the next start', async () => {
    const disk = memoryDisk();
    const first = executorOn(disk);
    const definition = workflow(
      { s: { type: 'test/sleep_external', config: { ms: 500 } }, e: set('{{ $node.s.port }}') },
      ['s -> e'],
    );
    const { id } = await first.start({ definition });
    const slow = await first.start({
      definition: workflow({ s: { type: 'test/sleep', config: { ms: 50_000 }, timeout: '5m' } }),
    });
    await disk.platform.advance(10);
    const drained = first.drain(2000);
    await expect(first.start({ definition })).rejects.toMatchObject({ code: 'executor_draining' });
    await disk.platform.advance(3000);
    await drained;
    expect((await storedEvents(disk, id)).map((event) => event.type)).toEqual([
      'execution_started',
      'step_started',
      'step_succeeded',
    ]);
    expect(disk.platform.pendingTimers()).toBe(0);
    const second = executorOn(disk);
    await second.recover();
    expect(await restOf(disk, second, id)).toMatchObject({ status: 'succeeded', output: 'default' });
    expect(await restOf(disk, second, slow.id)).toMatchObject({ status: 'succeeded' });
  });
});

describe('broken histories', () => {
  it('fail their execution with a code and leave the others alone', async () => {
    const disk = memoryDisk();
    const row = {
      workflowId: null,
      workflowVersion: null,
      workflowName: 'x',
      status: 'running',
      trigger: 'api',
      createdAt: 1,
      startedAt: 1,
      finishedAt: null,
      errorCode: null,
    } as const;
    const id = disk.platform.ids.next();
    const started = {
      type: 'execution_started',
      data: {
        workflowId: null,
        workflowVersion: null,
        definition: workflow({ a: set(1) }),
        name: 'x',
        trigger: { kind: 'api' },
        input: null,
        seed: 1,
        at: 1,
      },
    };
    await disk.eventStore.append(
      `execution-${id}`,
      'none',
      [started as never, { type: 'step_succeeded', data: { node: 'nope', data: 1 } }],
      { writes: [disk.index.put({ ...row, id })] },
    );
    const first = executorOn(disk);
    const good = await first.start({ definition: workflow({ w: { type: 'std/delay', config: { duration: '1m' } } }) });
    await good.accepted();
    await first.drain(0);
    const executor = executorOn(disk);
    expect(await executor.recover()).toBe(1);
    expect(await disk.index.get(id)).toMatchObject({ status: 'failed', errorCode: 'execution_broken' });
    expect(await executor.view(id)).toMatchObject({ status: 'failed', error: { code: 'execution_broken' }, steps: [] });
    expect((await restOf(disk, executor, good.id)).status).toBe('succeeded');
  });

  it('are not made by stores that cannot commit together', () => {
    const disk = memoryDisk();
    const other = { ...disk.index, backend: 'elsewhere' };
    expect(() =>
      createExecutor({
        ...disk,
        index: other,
        blocks: blockMap([]),
        definitions: {
          load: async () => {
            throw new Error('none');
          },
        },
      }),
    ).toThrow(expect.objectContaining({ code: 'executor_misconfigured' }));
  });
});
