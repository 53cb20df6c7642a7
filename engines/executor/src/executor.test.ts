import { describe, expect, it } from 'vitest';
import { executorOn, memoryDisk, runToRest, statuses, storedEvents, workflow } from './testing/executor-fixture.ts';

const orderIntake = workflow(
  {
    hook: 'test/trigger',
    total: { type: 'test/set', config: { set: { total: '{{ $trigger.price * $trigger.qty }}' } } },
    big: { type: 'test/branch', config: { port: '{{ $node.total.data.total > 100 ? "true" : "false" }}' } },
    yes: { type: 'test/set', config: { set: { tier: 'gold', total: '{{ $node.total.data.total }}' } } },
    no: { type: 'test/set', config: { set: { tier: 'basic', total: '{{ $node.total.data.total }}' } } },
  },
  ['hook -> total', 'total -> big', 'big.true -> yes', 'big.false -> no'],
);

describe('executor', () => {
  it('runs pure steps in one commit and answers the output of the last node', async () => {
    const disk = memoryDisk();
    const executor = executorOn(disk);
    const view = await runToRest(disk, executor, orderIntake, { price: 30, qty: 5 });
    expect(view).toMatchObject({ status: 'succeeded', output: { tier: 'gold', total: 150 }, error: null });
    expect(statuses(view)).toEqual({
      hook: 'succeeded',
      total: 'succeeded',
      big: 'succeeded',
      yes: 'succeeded',
      no: 'skipped',
    });
    expect((await storedEvents(disk, view.id)).map((event) => event.type)).toEqual([
      'execution_started',
      'step_succeeded',
      'step_succeeded',
      'step_succeeded',
      'step_succeeded',
      'execution_succeeded',
    ]);
    expect(await disk.index.get(view.id)).toMatchObject({ status: 'succeeded', workflowName: 'test' });
  });

  it('runs a loop of pure iterations as chunks', async () => {
    const disk = memoryDisk();
    const executor = executorOn(disk, { limits: { chunkIterations: 10 } });
    const definition = workflow({
      loop: {
        type: 'std/loop',
        config: {
          items: '{{ $trigger }}',
          body: { nodes: { twice: { type: 'test/set', config: { set: '{{ $item * 2 + $index }}' } } }, edges: [] },
        },
      },
    });
    const input = Array.from({ length: 25 }, (_, index) => index);
    const view = await runToRest(disk, executor, definition, input);
    expect(view.output).toEqual(input.map((item) => item * 3));
    const types = (await storedEvents(disk, view.id)).map((event) => event.type);
    expect(types.filter((type) => type === 'iterations_finished')).toHaveLength(3);
    expect(await executor.step(view.id, 'twice', [17])).toMatchObject({
      status: 'succeeded',
      data: 51,
      iteration: [17],
    });
  });

  it('waits without a worker and writes variables with the outcome of the step', async () => {
    const disk = memoryDisk();
    const executor = executorOn(disk);
    const definition = workflow(
      {
        set: { type: 'std/set_var', config: { name: 'n', value: '{{ $trigger.n + 1 }}', scope: 'global' } },
        wait: { type: 'std/delay', config: { duration: '1h' } },
        get: { type: 'std/get_var', config: { name: 'n' } },
      },
      ['set -> wait', 'wait -> get'],
    );
    const { id } = await executor.start({ definition, input: { n: 1 } });
    await disk.platform.advance(1000);
    expect(await executor.view(id)).toMatchObject({ status: 'waiting' });
    await disk.platform.advance(3_600_000);
    expect(await executor.view(id)).toMatchObject({ status: 'succeeded', output: 2 });
  });
});
