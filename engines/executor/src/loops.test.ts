import type { JsonObject, JsonValue } from '@conv3n/platform';
import type { WorkflowNode } from '@conv3n/workflow';
import { describe, expect, it } from 'vitest';
import { crashingStore } from './testing/crashing-store.ts';
import {
  edge,
  executorOn,
  memoryDisk,
  restOf,
  runToRest,
  statuses,
  storedEvents,
  workflow,
} from './testing/executor-fixture.ts';
import { countingBlock, testError } from './testing/test-blocks.ts';

const set = (value: JsonValue): WorkflowNode => ({ type: 'test/set', config: { set: value } });

function loop(
  items: JsonValue,
  nodes: Record<string, WorkflowNode>,
  edges: readonly string[] = [],
  rest: JsonObject = {},
): WorkflowNode {
  return {
    type: 'std/loop',
    config: { items, body: { nodes, edges: edges.map(edge) } as unknown as JsonObject, ...rest },
  };
}

async function run(
  definition: ReturnType<typeof workflow>,
  input: JsonValue = null,
  options: Parameters<typeof executorOn>[1] = {},
) {
  const disk = memoryDisk();
  const executor = executorOn(disk, options);
  const view = await runToRest(disk, executor, definition, input);
  return { disk, executor, view };
}

const sleepy = (value: JsonValue): WorkflowNode => ({ type: 'test/sleep_idempotent', config: { ms: 10, set: value } });

describe.each([
  ['tight', (value: JsonValue) => set(value), 'iterations_finished'],
  ['plain', sleepy, 'step_succeeded'],
] as const)('a loop with a %s body', (_, node, eventType) => {
  it('gives the list of results; the body sees outer nodes, its item and its index', async () => {
    const definition = workflow(
      {
        factor: set(10),
        each: loop(
          '$trigger',
          { a: node('{{ $item * $node.factor.data }}'), b: node('{{ [$node.a.data, $index, $input.default] }}') },
          ['a -> b'],
        ),
        end: set('{{ $node.each.data.length }}'),
      },
      ['factor -> each', 'each -> end'],
    );
    const { view, disk } = await run(definition, [1, 2, 3]);
    expect(view.steps.find((step) => step.node === 'each')?.data).toEqual([
      [10, 0, 10],
      [20, 1, 20],
      [30, 2, 30],
    ]);
    expect(view.output).toBe(3);
    expect((await storedEvents(disk, view.id)).some((event) => event.type === eventType)).toBe(true);
  });

  it('takes paths per item and follows the output rule', async () => {
    const body = {
      pick: { type: 'test/branch', config: { port: '{{ $item > 1 ? "left" : "right" }}' } },
      big: node('{{ ({ big: $item }) }}'),
      small: node('{{ ({ small: $item }) }}'),
      also: node('{{ $index }}'),
    };
    const { view, executor } = await run(
      workflow({ each: loop('$trigger', body, ['pick.left -> big', 'pick.right -> small', 'pick.right -> also']) }),
      [1, 2],
    );
    expect(view.output).toEqual([{ small: { small: 1 }, also: 0 }, { big: 2 }]);
    expect(await executor.step(view.id, 'big', [0])).toMatchObject({ status: 'skipped', data: null, attempts: 0 });
    expect(await executor.step(view.id, 'big', [1])).toMatchObject({ status: 'succeeded', data: { big: 2 } });
  });

  it('groups items into batches', async () => {
    const { view } = await run(
      workflow({ each: loop('$trigger', { sum: node('{{ $item.reduce((a, b) => a + b, 0) }}') }, [], { batch: 2 }) }),
      [1, 2, 3, 4, 5],
    );
    expect(view.output).toEqual([3, 7, 5]);
  });

  it('gives an empty list for no items, and fails for what is no list', async () => {
    expect((await run(workflow({ each: loop('$trigger', { a: node(1) }) }), [])).view.output).toEqual([]);
    const { view } = await run(workflow({ each: loop('$trigger', { a: node(1) }) }), { not: 'a list' });
    expect(view).toMatchObject({ status: 'failed', error: { code: 'loop_items_invalid' } });
  });

  it('stops at the first failing item, and its error port says which', async () => {
    const fails = { a: node('{{ $item.x.y }}') };
    const stopped = await run(workflow({ each: loop('$trigger', fails) }), [{ x: {} }, {}, { x: {} }]);
    expect(stopped.view).toMatchObject({
      status: 'failed',
      error: { code: 'expression_null_access', details: { index: 1 } },
    });
    const routed = await run(
      workflow({ each: loop('$trigger', fails), after: set('{{ $error.details.index }}') }, ['each.error -> after']),
      [{}],
    );
    expect(routed.view).toMatchObject({ status: 'succeeded', output: 0 });
  });

  it('collects failures when told so', async () => {
    const { view } = await run(
      workflow({ each: loop('$trigger', { a: node('{{ $item.x.y }}') }, [], { onItemError: 'collect' }) }),
      [{ x: { y: 1 } }, {}, { x: { y: 3 } }],
    );
    expect(view.status).toBe('succeeded');
    expect(view.output).toEqual([1, { error: expect.objectContaining({ code: 'expression_null_access' }) }, 3]);
  });

  it('answers the steps of its iterations, one by one and by page', async () => {
    const { view, executor } = await run(
      workflow({ each: loop('$trigger', { a: node('{{ $item }}') }) }),
      Array.from({ length: 12 }, (_, n) => n),
    );
    expect(await executor.step(view.id, 'a', [7])).toMatchObject({
      node: 'a',
      status: 'succeeded',
      data: 7,
      iteration: [7],
      attempts: 1,
    });
    const first = await executor.steps(view.id, { node: 'a', limit: 5 });
    expect(first.items.map((step) => step.data)).toEqual([0, 1, 2, 3, 4]);
    const second = await executor.steps(view.id, {
      node: 'a',
      limit: 50,
      ...(first.next !== undefined && { after: first.next }),
    });
    expect(second.items.map((step) => step.data)).toEqual([5, 6, 7, 8, 9, 10, 11]);
    await expect(executor.step(view.id, 'a', [12])).rejects.toMatchObject({ code: 'step_not_found' });
    await expect(executor.step(view.id, 'a')).rejects.toMatchObject({ code: 'step_not_found' });
  });
});

describe('loops', () => {
  it('nest, and an inner body sees both items through outer nodes', async () => {
    const inner = loop('{{ $node.row.data }}', { cell: set('{{ [$item, $index, $node.row.data.length] }}') });
    const { view, executor } = await run(
      workflow({ rows: loop('$trigger', { row: set('{{ $item }}'), cols: inner }, ['row -> cols']) }),
      [[1, 2], [3]],
    );
    expect(view.output).toEqual([
      [
        [1, 0, 2],
        [2, 1, 2],
      ],
      [[3, 0, 1]],
    ]);
    expect(await executor.step(view.id, 'cell', [0, 1])).toMatchObject({ data: [2, 1, 2], iteration: [0, 1] });
  });

  it('run as many iterations at once as allowed', async () => {
    const disk = memoryDisk();
    let now = 0;
    let most = 0;
    const block = countingBlock('test/slow', 'idempotent', async () => {
      now += 1;
      most = Math.max(most, now);
      await new Promise<void>((resolve) => disk.platform.timers.after(10, resolve));
      now -= 1;
      return { kind: 'succeeded', data: null };
    });
    const executor = executorOn(disk, { blocks: [block] });
    const view = await runToRest(
      disk,
      executor,
      workflow({ each: loop('$trigger', { a: { type: 'test/slow' } }, [], { concurrency: 3 }) }),
      [1, 2, 3, 4, 5, 6, 7],
    );
    expect(view.status).toBe('succeeded');
    expect(most).toBe(3);
  });

  it('with async pure blocks respect concurrency and the timeout of a step', async () => {
    const body = { a: { type: 'test/sleep', config: { ms: '{{ $item }}', set: '{{ $item }}' }, timeout: '100ms' } };
    const fine = await run(workflow({ each: loop('$trigger', body, [], { concurrency: 4 }) }), [30, 10, 20]);
    expect(fine.view.output).toEqual([30, 10, 20]);
    const late = await run(workflow({ each: loop('$trigger', body, [], { onItemError: 'collect' }) }), [10, 5000]);
    expect(late.view.output).toEqual([10, { error: expect.objectContaining({ code: 'step_timeout' }) }]);
  });

  it('fail with everything inside when their own timeout passes, also across a restart', async () => {
    const disk = memoryDisk();
    const body = { w: { type: 'std/delay', config: { duration: '1h' } } };
    const definition = workflow(
      { each: { ...loop('[1, 2]', body, [], { concurrency: 2 }), timeout: '5m' }, after: set('{{ $error.code }}') },
      ['each.error -> after'],
    );
    const first = executorOn(disk);
    const { id } = await first.start({ definition });
    await disk.platform.advance(60_000);
    await first.drain(0);
    const second = executorOn(disk);
    await second.recover();
    await disk.platform.advance(4 * 60_000);
    expect(await second.view(id)).toMatchObject({ status: 'succeeded', output: 'step_timeout' });
    expect(second.stats()).toMatchObject({ timers: 0, open: 0 });
  });

  it('hold a step in doubt that can be decided by its iteration', async () => {
    const disk = memoryDisk();
    const lost = { kind: 'failed', error: testError('lost', { kind: 'unavailable' }) } as const;
    const block = countingBlock('test/pay', 'external', (_, config) =>
      config.n === 2 ? lost : { kind: 'succeeded', data: config.n ?? null },
    );
    const executor = executorOn(disk, { blocks: [block] });
    const body = { p: { type: 'test/pay', config: { n: '{{ $item }}' } } };
    const view = await runToRest(
      disk,
      executor,
      workflow({ each: loop('$trigger', body, [], { concurrency: 3 }) }),
      [1, 2, 3],
    );
    expect(view.status).toBe('in_doubt');
    expect(await executor.step(view.id, 'p', [1])).toMatchObject({ status: 'in_doubt', iteration: [1] });
    await executor.decide(view.id, { node: 'p', iteration: [1], decision: 'succeed', data: 'paid', by: 'user:1' });
    expect(await restOf(disk, executor, view.id)).toMatchObject({ status: 'succeeded', output: [1, 'paid', 3] });
    expect(await executor.step(view.id, 'p', [1])).toMatchObject({ status: 'succeeded', data: 'paid', attempts: 1 });
    expect((await executor.steps(view.id, { node: 'p' })).items).toHaveLength(3);
  });

  it('are cancelled with everything inside', async () => {
    const disk = memoryDisk();
    const executor = executorOn(disk);
    const { id } = await executor.start({
      definition: workflow({
        each: loop('[1, 2, 3]', { w: { type: 'std/delay', config: { duration: '1h' } } }, [], { concurrency: 2 }),
      }),
    });
    await disk.platform.advance(100);
    expect((await executor.view(id)).status).toBe('waiting');
    expect(await executor.step(id, 'w', [1])).toMatchObject({ status: 'waiting', iteration: [1] });
    await expect(executor.step(id, 'w', [2])).rejects.toMatchObject({ code: 'step_not_found' });
    await executor.cancel(id, 'user:1');
    await disk.platform.advance(0);
    expect(await executor.view(id)).toMatchObject({ status: 'cancelled' });
    expect(executor.stats()).toMatchObject({ timers: 0, open: 0 });
  });

  it('stop their other iterations when one fails, external calls in flight run to their end', async () => {
    const disk = memoryDisk();
    const block = countingBlock('test/pay', 'external', async (_, config) => {
      await new Promise<void>((resolve) => disk.platform.timers.after(50, resolve));
      return config.fail === true ? { kind: 'failed', error: testError('declined') } : { kind: 'succeeded', data: 1 };
    });
    const executor = executorOn(disk, { blocks: [block] });
    const body = { p: { type: 'test/pay', config: { fail: '{{ $item === 1 }}' } } };
    const view = await runToRest(
      disk,
      executor,
      workflow({ each: loop('$trigger', body, [], { concurrency: 2 }) }),
      [0, 1, 2, 3],
    );
    expect(view).toMatchObject({ status: 'failed', error: { code: 'declined', details: { index: 1 } } });
    expect(statuses(view)).toEqual({ each: 'failed' });
    expect(block.calls.length).toBeLessThanOrEqual(3);
  });

  it('end once, wherever a crash falls between their last iteration and what follows', async () => {
    const definition = workflow(
      { each: loop('$trigger', { a: sleepy('{{ $item }}') }), end: set('{{ $node.each.data }}') },
      ['each -> end'],
    );
    for (let survive = 1; survive < 12; survive += 1) {
      const disk = memoryDisk();
      const first = executorOn({ ...disk, eventStore: crashingStore(disk.eventStore, survive, true) });
      const { id } = await first.start({ definition, input: [1, 2, 3] });
      for (let turn = 0; turn < 30; turn += 1) await disk.platform.advance(10);
      const second = executorOn(disk);
      await second.recover();
      expect(await restOf(disk, second, id)).toMatchObject({ status: 'succeeded', output: [1, 2, 3] });
      const events = await storedEvents(disk, id);
      const ends = events.filter((event) => event.type === 'step_succeeded' && event.data.node === 'each');
      expect(ends, `after ${survive} commits`).toHaveLength(1);
      expect(events.at(-1)?.type).toBe('execution_succeeded');
    }
  });

  it('of 20,000 pure items resume in the middle after a crash at any commit, with large chunks in blobs', async () => {
    const input = Array.from({ length: 20_000 }, (_, n) => n);
    const definition = workflow(
      {
        each: loop('$trigger', { a: set('{{ ({ n: $item, text: "some text for item " + $item }) }}') }),
        end: set('{{ [$node.each.data.length, $node.each.data[19999].n] }}'),
      },
      ['each -> end'],
    );
    for (const survive of [2, 7, 19, 21]) {
      const disk = memoryDisk();
      const store = crashingStore(disk.eventStore, survive, survive % 2 === 0);
      const first = executorOn({ ...disk, eventStore: store }, { limits: { spillBytes: 10_000, sliceMs: 10_000 } });
      const { id } = await first.start({ definition, input });
      for (let turn = 0; turn < 30; turn += 1) await disk.platform.advance(10);
      const before = await storedEvents(disk, id);
      const done = before.filter((event) => event.type === 'iterations_finished').length;
      const second = executorOn(disk, { limits: { spillBytes: 10_000, sliceMs: 10_000 } });
      await second.recover();
      const view = await restOf(disk, second, id);
      expect(view.output).toEqual([20_000, 19_999]);
      const chunks = (await storedEvents(disk, id)).filter((event) => event.type === 'iterations_finished');
      if (done < 20) expect(chunks[done]?.data).toMatchObject({ from: done * 1000 });
      expect(chunks[0]?.data.steps).toMatchObject({ $blob: expect.any(String) });
      expect(await second.step(id, 'a', [12_345])).toMatchObject({ data: { n: 12_345 } });
    }
  });
});
