import type { JsonValue } from '@conv3n/platform';
import type { WorkflowNode } from '@conv3n/workflow';
import { describe, expect, it } from 'vitest';
import { executorOn, memoryDisk, restOf, runToRest, statuses, workflow } from './testing/executor-fixture.ts';
import { countingBlock } from './testing/test-blocks.ts';

const set = (value: JsonValue): WorkflowNode => ({ type: 'test/set', config: { set: value } });
const sleep = (ms: number): WorkflowNode => ({ type: 'test/sleep', config: { ms } });

describe('called workflows', () => {
  const call = (workflowId: string, input: JsonValue = null): WorkflowNode => ({
    type: 'std/workflow',
    config: { workflow: workflowId, input },
  });

  it('give their output and are executions of their own', async () => {
    const disk = memoryDisk();
    disk.workflows.set('double', workflow({ d: sleep(50), r: set('{{ $trigger.n * 2 }}') }, ['d -> r']));
    const executor = executorOn(disk, { limits: { maxRunning: 1 } });
    const view = await runToRest(
      disk,
      executor,
      workflow({ c: call('double', { n: '{{ $trigger }}' }), e: set('{{ $node.c.data + 1 }}') }, ['c -> e']),
      20,
    );
    expect(view.output).toBe(41);
    const { items } = await disk.index.list({ workflowId: 'double' });
    expect(items).toHaveLength(1);
    expect(await executor.view(items[0]?.id ?? '')).toMatchObject({
      trigger: { kind: 'workflow', parentExecutionId: view.id },
      output: 40,
    });
  });

  it('fail the step when they fail, are cancelled with it, and may not call in a circle', async () => {
    const disk = memoryDisk();
    disk.workflows.set('bad', workflow({ f: 'test/fail' }));
    disk.workflows.set('self', workflow({ c: call('self') }));
    disk.workflows.set('slow', workflow({ s: sleep(100_000) }));
    const executor = executorOn(disk, { limits: { maxDepth: 4 } });
    const failed = await runToRest(
      disk,
      executor,
      workflow({ c: call('bad'), e: set('{{ $error.details.code }}') }, ['c.error -> e']),
    );
    expect(failed).toMatchObject({ status: 'succeeded', output: 'test_failed' });
    expect(await runToRest(disk, executor, workflow({ c: call('nope') }))).toMatchObject({
      status: 'failed',
      error: { code: 'workflow_call_failed' },
    });
    expect(await runToRest(disk, executor, workflow({ c: call('self') }))).toMatchObject({
      status: 'failed',
      error: { code: 'workflow_call_failed' },
    });
    expect((await disk.index.list({ workflowId: 'self' })).items).toHaveLength(4);
    const { id } = await executor.start({ definition: workflow({ c: call('slow') }) });
    await disk.platform.advance(10);
    await executor.cancel(id, 'user:1');
    await disk.platform.advance(10);
    expect((await disk.index.list({ workflowId: 'slow' })).items[0]).toMatchObject({ status: 'cancelled' });
  });

  it('are found again after a restart, and run once', async () => {
    const disk = memoryDisk();
    disk.workflows.set(
      'slow',
      workflow({ w: { type: 'std/delay', config: { duration: '10m' } }, r: set('done') }, ['w -> r']),
    );
    const first = executorOn(disk);
    const { id } = await first.start({ definition: workflow({ c: call('slow') }) });
    await disk.platform.advance(1000);
    expect((await first.view(id)).status).toBe('waiting');
    await first.drain(0);
    const second = executorOn(disk);
    await second.recover();
    expect(await restOf(disk, second, id)).toMatchObject({ status: 'succeeded', output: 'done' });
    expect((await disk.index.list({ workflowId: 'slow' })).items).toHaveLength(1);
  });
});

describe('retrying an ended execution', () => {
  it('runs it anew under a new id, or takes over what is not behind a node', async () => {
    const disk = memoryDisk();
    const block = countingBlock('test/pay', 'external', () => ({
      kind: 'succeeded',
      data: { paid: 'x'.repeat(3000) },
    }));
    let healthy = false;
    const flaky = {
      ...countingBlock('test/flaky', 'idempotent', () => ({ kind: 'succeeded', data: null })),
      run: () => {
        if (!healthy) throw new Error('down');
        return { kind: 'succeeded' as const, data: 'up' };
      },
    };
    const executor = executorOn(disk, { blocks: [block, flaky], limits: { spillBytes: 1000 } });
    const definition = workflow(
      {
        a: { type: 'test/branch', config: { port: 'left', set: 1 } },
        pay: 'test/pay',
        no: set(2),
        f: 'test/flaky',
        e: set('{{ [$node.pay.data.paid.length, $node.f.data, $trigger.n] }}'),
      },
      ['a.left -> pay', 'a.right -> no', 'pay -> f', 'f -> e'],
    );
    const failed = await runToRest(disk, executor, definition, { n: 9 });
    expect(failed.status).toBe('failed');
    healthy = true;
    const again = await executor.retry(failed.id, 'f');
    const view = await restOf(disk, executor, again.id);
    expect(view).toMatchObject({
      status: 'succeeded',
      output: [3000, 'up', 9],
      trigger: { kind: 'retry', parentExecutionId: failed.id },
    });
    expect(statuses(view)).toMatchObject({ a: 'succeeded', pay: 'succeeded', no: 'skipped' });
    expect(block.calls).toHaveLength(1);
    const whole = await executor.retry(failed.id);
    expect(await restOf(disk, executor, whole.id)).toMatchObject({ status: 'succeeded' });
    expect(block.calls).toHaveLength(2);
    await expect(executor.retry(failed.id, 'nope')).rejects.toMatchObject({ code: 'step_not_found' });
  });

  it('is refused while the execution is open', async () => {
    const disk = memoryDisk();
    const executor = executorOn(disk);
    const { id } = await executor.start({ definition: workflow({ s: sleep(10_000) }) });
    await disk.platform.advance(10);
    await expect(executor.retry(id)).rejects.toMatchObject({ code: 'execution_open' });
  });
});
