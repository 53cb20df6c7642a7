import type { BlockResult, WorkflowNode } from '@conv3n/workflow';
import { describe, expect, it } from 'vitest';
import {
  executorOn,
  memoryDisk,
  restOf,
  runToRest,
  statuses,
  storedEvents,
  workflow,
} from './testing/executor-fixture.ts';
import { countingBlock, testError } from './testing/test-blocks.ts';

const lost: BlockResult = {
  kind: 'failed',
  error: testError('connection_lost', { kind: 'unavailable', retryable: true }),
};
const refused: BlockResult = {
  ...lost,
  error: testError('refused', { kind: 'unavailable', retryable: true }),
  beforeEffect: true,
};
const retry = { maxAttempts: 3, delay: '1s' };
const pay = (rest: Partial<WorkflowNode> = {}) =>
  workflow({ pay: { type: 'test/pay', ...rest }, next: { type: 'test/set', config: { set: '{{ $node.pay }}' } } }, [
    'pay -> next',
  ]);

describe('external steps', () => {
  it('write their intent with a stable key in a commit before the call', async () => {
    const disk = memoryDisk();
    const seen: string[][] = [];
    const block = countingBlock('test/pay', 'external', () => ({ kind: 'succeeded', data: 1 }));
    const watching = {
      ...block,
      run: async (call: Parameters<typeof block.run>[0], context: Parameters<typeof block.run>[1]) => {
        seen.push((await storedEvents(disk, call.step.executionId)).map((event) => event.type));
        return block.run(call, context);
      },
    };
    const view = await runToRest(disk, executorOn(disk, { blocks: [watching] }), pay());
    expect(view.status).toBe('succeeded');
    expect(seen).toEqual([['execution_started', 'step_started']]);
    expect((await storedEvents(disk, view.id))[1]?.data).toEqual({ node: 'pay', attempt: 1, key: `${view.id}:pay` });
    expect(block.calls).toEqual([`${view.id}:pay`]);
  });

  it.each([
    ['a lost connection', lost],
    ['an answer that nobody knows', { kind: 'unknown', reason: 'no idea' }],
  ] as const)('are in doubt after %s and are never repeated by themselves', async (_, answer) => {
    const disk = memoryDisk();
    const block = countingBlock('test/pay', 'external', () => answer as BlockResult);
    const view = await runToRest(disk, executorOn(disk, { blocks: [block] }), pay({ retry }));
    expect(view.status).toBe('in_doubt');
    expect(statuses(view)).toEqual({ pay: 'in_doubt', next: 'pending' });
    expect(block.calls).toHaveLength(1);
    expect(await disk.index.get(view.id)).toMatchObject({ status: 'in_doubt' });
  });

  it('are in doubt after their timeout', async () => {
    const disk = memoryDisk();
    const block = countingBlock('test/pay', 'external', () => new Promise<never>(() => {}));
    const view = await runToRest(disk, executorOn(disk, { blocks: [block] }), pay({ timeout: '1s', retry }));
    expect(statuses(view).pay).toBe('in_doubt');
  });

  it('are repeated after an error known to precede the effect, with the same key', async () => {
    const disk = memoryDisk();
    const block = countingBlock('test/pay', 'external', (call) =>
      call < 3 ? refused : { kind: 'succeeded', data: 'paid' },
    );
    const view = await runToRest(disk, executorOn(disk, { blocks: [block] }), pay({ retry }));
    expect(view.output).toMatchObject({ data: 'paid', attempts: 3 });
    expect(new Set(block.calls).size).toBe(1);
    const intents = (await storedEvents(disk, view.id)).filter((event) => event.type === 'step_started');
    expect(intents.map((event) => event.data.attempt)).toEqual([1, 2, 3]);
  });

  it('fail without doubt when the other side answered, and are not repeated', async () => {
    const disk = memoryDisk();
    const answered: BlockResult = {
      kind: 'failed',
      error: testError('http_500', { retryable: true, kind: 'unavailable' }),
      port: 'server_error',
      data: { status: 500 },
    };
    const block = countingBlock('test/pay', 'external', () => answered);
    const view = await runToRest(disk, executorOn(disk, { blocks: [block] }), pay({ retry }));
    expect(view).toMatchObject({ status: 'failed', error: { code: 'http_500' } });
    expect(block.calls).toHaveLength(1);
  });

  it('are repeated like idempotent ones when the node declares them so', async () => {
    const disk = memoryDisk();
    const block = countingBlock('test/pay', 'external', (call) =>
      call < 3 ? lost : { kind: 'succeeded', data: call },
    );
    const view = await runToRest(disk, executorOn(disk, { blocks: [block] }), pay({ retry, effect: 'idempotent' }));
    expect(view.output).toMatchObject({ data: 3, attempts: 3 });
  });

  it.each([
    [{ kind: 'succeeded', data: 'known' }, 'succeeded', 1],
    [{ kind: 'not_happened' }, 'succeeded', 2],
    [{ kind: 'unknown', reason: 'gone' }, 'in_doubt', 1],
    [{ kind: 'failed', error: testError('declined') }, 'failed', 1],
  ] as const)('ask their block after a lost connection: %o', async (reconciled, status, calls) => {
    const disk = memoryDisk();
    const block = countingBlock(
      'test/pay',
      'external',
      (call) => (call === 1 ? lost : { kind: 'succeeded', data: 'again' }),
      {
        reconcile: async () => reconciled,
      },
    );
    const view = await runToRest(disk, executorOn(disk, { blocks: [block] }), pay({ retry }));
    expect(view.status).toBe(status);
    expect(block.calls).toHaveLength(calls);
  });
});

describe('a decision about a step in doubt', () => {
  const doubtful = async (rest: Partial<WorkflowNode> = {}) => {
    const disk = memoryDisk();
    const block = countingBlock('test/pay', 'external', (call) =>
      call === 1 ? lost : { kind: 'succeeded', data: 'second' },
    );
    const executor = executorOn(disk, { blocks: [block] });
    const { id } = await runToRest(disk, executor, pay(rest));
    return { disk, executor, block, id };
  };

  it.each([
    ['retry', { status: 'succeeded', output: { data: 'second', port: 'default', error: null, attempts: 2 } }, 2],
    ['skip', { status: 'succeeded', output: null }, 1],
    [
      'succeed',
      { status: 'succeeded', output: { data: { by: 'hand' }, port: 'default', error: null, attempts: 1 } },
      1,
    ],
    ['fail', { status: 'failed', error: { code: 'step_decided_failed' } }, 1],
  ] as const)('%s', async (decision, expected, calls) => {
    const { disk, executor, block, id } = await doubtful();
    await executor.decide(id, {
      node: 'pay',
      decision,
      by: 'user:1',
      ...(decision === 'succeed' && { data: { by: 'hand' } }),
    });
    expect(await restOf(disk, executor, id)).toMatchObject(expected);
    expect(block.calls).toHaveLength(calls);
    const decided = (await storedEvents(disk, id)).find((event) => event.type === 'step_decided');
    expect(decided?.data).toMatchObject({ decision, by: 'user:1' });
  });

  it('to fail goes through onError', async () => {
    const { disk, executor, id } = await doubtful({ onError: { fallback: 0 } });
    await executor.decide(id, { node: 'pay', decision: 'fail', by: 'user:1' });
    expect(await restOf(disk, executor, id)).toMatchObject({ status: 'succeeded', output: { data: 0 } });
  });

  it('survives a restart', async () => {
    const { disk, executor, block, id } = await doubtful();
    await executor.drain(0);
    const next = executorOn(disk, { blocks: [block] });
    await next.recover();
    expect(await next.view(id)).toMatchObject({ status: 'in_doubt' });
    await next.decide(id, { node: 'pay', decision: 'retry', by: 'user:1' });
    expect(await restOf(disk, next, id)).toMatchObject({ status: 'succeeded' });
  });

  it('is refused for other steps and ended executions', async () => {
    const { disk, executor, id } = await doubtful();
    const decide = (node: string) => executor.decide(id, { node, decision: 'retry', by: 'user:1' });
    await expect(decide('next')).rejects.toMatchObject({ code: 'step_not_in_doubt' });
    await expect(decide('nope')).rejects.toMatchObject({ code: 'step_not_found' });
    await decide('pay');
    await restOf(disk, executor, id);
    await expect(decide('pay')).rejects.toMatchObject({ code: 'execution_ended' });
    await expect(executor.decide('none', { node: 'a', decision: 'retry', by: 'x' })).rejects.toMatchObject({
      code: 'execution_not_found',
    });
  });
});

describe('cancelling', () => {
  it('ends waiting, pending and pure running steps at once', async () => {
    const disk = memoryDisk();
    const executor = executorOn(disk);
    const definition = workflow(
      {
        w: { type: 'std/delay', config: { duration: '1h' } },
        s: { type: 'test/sleep', config: { ms: 20_000 } },
        i: { type: 'test/sleep_idempotent', config: { ms: 20_000 } },
        n: 'test/set',
      },
      ['s -> n'],
    );
    const { id } = await executor.start({ definition });
    await disk.platform.advance(100);
    await executor.cancel(id, 'user:1');
    await disk.platform.advance(0);
    const view = await executor.view(id);
    expect(view).toMatchObject({ status: 'cancelled', output: null, error: null });
    expect(new Set(Object.values(statuses(view)))).toEqual(new Set(['cancelled']));
    expect(executor.stats()).toMatchObject({ open: 0, calls: 0, timers: 0 });
    await expect(executor.cancel(id, 'user:1')).rejects.toMatchObject({ code: 'execution_ended' });
  });

  it('leaves an external step in doubt that was killed by it', async () => {
    const disk = memoryDisk();
    const executor = executorOn(disk);
    const { id } = await executor.start({
      definition: workflow({ s: { type: 'test/sleep_external', config: { ms: 20_000 } } }),
    });
    await disk.platform.advance(100);
    await executor.cancel(id, 'user:1');
    await disk.platform.advance(10_000);
    const view = await executor.view(id);
    expect(view.status).toBe('cancelled');
    expect(view.steps[0]?.status).toBe('in_doubt');
  });

  it('waits a while for a killed external call that hangs, then leaves it in doubt', async () => {
    const disk = memoryDisk();
    const block = countingBlock('test/pay', 'external', () => new Promise<never>(() => {}));
    const executor = executorOn(disk, { blocks: [block] });
    const { id } = await executor.start({ definition: pay() });
    await disk.platform.advance(100);
    await executor.cancel(id, 'user:1');
    expect((await executor.view(id)).status).toBe('running');
    await disk.platform.advance(6000);
    expect(await executor.view(id)).toMatchObject({ status: 'cancelled' });
    expect(statuses(await executor.view(id)).pay).toBe('in_doubt');
  });

  it.each([
    [{ kind: 'not_happened' }, 'cancelled'],
    [{ kind: 'succeeded', data: 'paid' }, 'succeeded'],
    [{ kind: 'unknown', reason: 'gone' }, 'in_doubt'],
  ] as const)('asks the block of a killed external call what happened: %o', async (answer, status) => {
    const disk = memoryDisk();
    const block = countingBlock('test/pay', 'external', () => new Promise<never>(() => {}), {
      reconcile: async () => {
        await new Promise<void>((resolve) => disk.platform.timers.after(100, resolve));
        return answer;
      },
    });
    const executor = executorOn(disk, { blocks: [block] });
    const { id } = await executor.start({ definition: pay() });
    await disk.platform.advance(100);
    await executor.cancel(id, 'user:1');
    await disk.platform.advance(6000);
    const view = await executor.view(id);
    expect(view.status).toBe('cancelled');
    expect(statuses(view)).toEqual({ pay: status, next: 'cancelled' });
  });

  it('works on an execution in doubt, waiting for a retry, and queued', async () => {
    const disk = memoryDisk();
    const block = countingBlock('test/pay', 'external', () => lost);
    const busy = countingBlock('test/busy', 'pure', () => ({
      kind: 'failed',
      error: testError('busy', { retryable: true }),
    }));
    const executor = executorOn(disk, { blocks: [block, busy], limits: { maxRunning: 1 } });
    const doubt = await runToRest(disk, executor, pay());
    const waiting = await executor.start({
      definition: workflow({
        b: { type: 'test/busy', retry: { maxAttempts: 9, delay: '1h', maxDelay: '1h', jitter: false } },
      }),
    });
    await disk.platform.advance(10);
    const running = await executor.start({
      definition: workflow({ s: { type: 'test/sleep', config: { ms: 50_000 }, timeout: '2m' } }),
    });
    const queued = await executor.start({ definition: workflow({ s: 'test/set' }) });
    await disk.platform.advance(10);
    expect((await executor.view(waiting.id)).status).toBe('waiting');
    expect((await executor.view(queued.id)).status).toBe('queued');
    for (const { id } of [doubt, waiting, queued, running]) {
      await executor.cancel(id, 'user:1');
      await disk.platform.advance(0);
      expect(await executor.view(id)).toMatchObject({ status: 'cancelled' });
      expect(await disk.index.get(id)).toMatchObject({ status: 'cancelled' });
    }
    expect(executor.stats()).toEqual({ open: 0, sleeping: 0, running: 0, queued: 0, calls: 0, timers: 0 });
  });
});

describe('compensation', () => {
  const undoing = (undone: string[], fail = '') =>
    countingBlock('test/book', 'external', (_, config) => ({ kind: 'succeeded', data: config.set ?? null }), {
      compensate: async ({ step, data, config }) => {
        undone.push(`${step.node}:${String(data)}:${String(config.set)}`);
        return step.node === fail
          ? { kind: 'failed', error: testError('cannot_undo') }
          : { kind: 'succeeded', data: null };
      },
    });
  const trip = workflow(
    {
      hotel: { type: 'test/book', config: { set: 'h' } },
      flight: { type: 'test/book', config: { set: '{{ $node.hotel.data + 1 }}' } },
      car: { type: 'test/fail' },
    },
    ['hotel -> flight', 'flight -> car'],
  );

  it('undoes finished steps in reverse order before the execution has failed', async () => {
    const disk = memoryDisk();
    const undone: string[] = [];
    const view = await runToRest(disk, executorOn(disk, { blocks: [undoing(undone)] }), trip);
    expect(undone).toEqual(['flight:h1:h1', 'hotel:h:h']);
    expect(view).toMatchObject({ status: 'failed', error: { code: 'test_failed' } });
    expect(statuses(view)).toEqual({ hotel: 'compensated', flight: 'compensated', car: 'failed' });
    const types = (await storedEvents(disk, view.id)).map((event) => event.type);
    expect(types.slice(-3)).toEqual(['step_compensated', 'step_compensated', 'execution_failed']);
  });

  it('goes on when one step cannot be undone, and says so', async () => {
    const disk = memoryDisk();
    const undone: string[] = [];
    const view = await runToRest(disk, executorOn(disk, { blocks: [undoing(undone, 'flight')] }), trip);
    expect(undone).toHaveLength(2);
    expect(view.steps.find((step) => step.node === 'flight')).toMatchObject({
      status: 'succeeded',
      error: { code: 'cannot_undo' },
    });
    expect(statuses(view).hotel).toBe('compensated');
  });

  it('does not happen when the execution succeeds', async () => {
    const disk = memoryDisk();
    const undone: string[] = [];
    const view = await runToRest(
      disk,
      executorOn(disk, { blocks: [undoing(undone)] }),
      workflow({ hotel: 'test/book' }),
    );
    expect(view.status).toBe('succeeded');
    expect(undone).toEqual([]);
  });
});
