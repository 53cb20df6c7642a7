import type { JsonObject, JsonValue } from '@conv3n/platform';
import type { Block, BlockManifest, ExecutionView, WorkflowFile } from '@conv3n/workflow';
import { describe, expect, it } from 'vitest';
import { crashingStore } from './testing/crashing-store.ts';
import { type Disk, executorOn, memoryDisk, restOf, storedEvents, workflow } from './testing/executor-fixture.ts';
import { countingBlock, testError } from './testing/test-blocks.ts';

/** What happened on the other side of the network, which no crash of ours undoes. */
interface World {
  readonly calls: Map<string, number>;
  readonly blocks: readonly (Block | BlockManifest)[];
}

function world(): World {
  const calls = new Map<string, number>();
  const count = (key: string) => calls.set(key, (calls.get(key) ?? 0) + 1);
  const effect = (type: string, kind: 'external' | 'idempotent', reconcile: boolean): Block => ({
    ...countingBlock(type, kind, () => ({ kind: 'succeeded', data: null })),
    manifest: {
      ...countingBlock(type, kind, () => ({ kind: 'succeeded', data: null })).manifest,
      ...(reconcile && { reconcile }),
    },
    run: async ({ step, config }) => {
      count(`${type} ${step.idempotencyKey}`);
      return { kind: 'succeeded', data: { done: (config.set ?? step.node) as JsonValue } };
    },
    reconcile: async ({ step, config }) =>
      calls.has(`${type} ${step.idempotencyKey}`)
        ? { kind: 'succeeded', data: { done: (config.set ?? step.node) as JsonValue } }
        : { kind: 'not_happened' },
  });
  const flaky = countingBlock('test/flaky', 'idempotent', () => ({ kind: 'succeeded', data: null }));
  return {
    calls,
    blocks: [
      effect('test/asked', 'external', true),
      effect('test/unasked', 'external', false),
      effect('test/again', 'idempotent', false),
      {
        ...flaky,
        run: async ({ step }) => {
          count(`test/flaky ${step.idempotencyKey}`);
          return step.attempt < 3
            ? { kind: 'failed', error: testError('busy', { retryable: true, kind: 'unavailable' }) }
            : { kind: 'succeeded', data: { attempts: step.attempt } };
        },
      },
    ],
  };
}

const set = (value: JsonValue) => ({ type: 'test/set', config: { set: value } });
const retry = { maxAttempts: 3, delay: '1s' };

const everything = workflow(
  {
    hook: 'test/trigger',
    first: set({ n: '{{ $trigger.n + 1 }}', r: '{{ Math.random() }}', at: '{{ Date.now() }}' }),
    asked: { type: 'test/asked', config: { set: '{{ $node.first.data.n }}' } },
    var: { type: 'std/set_var', config: { name: 'v', value: '{{ $node.asked.data.done }}', scope: 'global' } },
    own: { type: 'std/set_var', config: { name: 'o', value: '{{ $vars.v + 1 }}' } },
    flaky: { type: 'test/flaky', retry },
    again: { type: 'test/again' },
    wait: { type: 'std/delay', config: { duration: '10m' } },
    each: {
      type: 'std/loop',
      config: {
        items: '{{ [1, 2, 3] }}',
        concurrency: 2,
        body: {
          nodes: {
            call: { type: 'test/asked', config: { set: '{{ $item }}' } },
            sum: set('{{ $node.call.data.done + $index }}'),
          },
          edges: [{ source: 'call', target: 'sum' }],
        },
      },
    },
    pure: {
      type: 'std/loop',
      config: { items: '{{ [1, 2, 3, 4, 5] }}', body: { nodes: { twice: set('{{ $item * 2 }}') }, edges: [] } },
    },
    end: set({
      asked: '{{ $node.asked.data.done }}',
      own: '{{ $vars.o }}',
      flaky: '{{ $node.flaky.data.attempts }}',
      each: '{{ $node.each.data }}',
      pure: '{{ $node.pure.data }}',
    }),
  },
  [
    'hook -> first',
    'first -> asked',
    'asked -> var',
    'var -> own',
    'first -> flaky',
    'own -> again',
    'again -> wait',
    'wait -> each',
    'each -> pure',
    'pure -> end.list',
    'flaky -> end',
  ],
);

const output = { asked: 2, own: 3, flaky: 3, each: [1, 3, 5], pure: [2, 4, 6, 8, 10] };

/** Runs until the store dies, restarts on what was stored, and answers the rest it comes to. */
async function crashAndRecover(
  definition: WorkflowFile,
  survive: number,
  heard: boolean,
): Promise<{ disk: Disk; world: World; view: ExecutionView | undefined; id: string; appends: number }> {
  const disk = memoryDisk();
  const outside = world();
  const store = crashingStore(disk.eventStore, survive, heard);
  const limits = { chunkIterations: 2 };
  const first = executorOn({ ...disk, eventStore: store }, { blocks: outside.blocks, limits });
  const { id } = await first.start({ definition, input: { n: 1 } });
  for (let turn = 0; turn < 40; turn += 1) await disk.platform.advance(30_000);
  const second = executorOn(disk, { blocks: outside.blocks, limits });
  await second.recover();
  const exists = (await disk.eventStore.streamVersion(`execution-${id}`)) > 0;
  const view = exists ? await restOf(disk, second, id) : undefined;
  return { disk, world: outside, view, id, appends: store.appends() };
}

describe('recovery', () => {
  it('comes to the same end after a crash at every commit, and asks the other side instead of repeating', async () => {
    const { appends } = await crashAndRecover(everything, Number.POSITIVE_INFINITY, true);
    expect(appends).toBeGreaterThan(10);
    for (let survive = 0; survive <= appends; survive += 1) {
      for (const heard of [true, false]) {
        const { view, world: outside } = await crashAndRecover(everything, survive, heard);
        if (!view) {
          expect(survive).toBe(0);
          continue;
        }
        expect(view, `after ${survive} commits`).toMatchObject({ status: 'succeeded', output, error: null });
        for (const [key, calls] of outside.calls) {
          const [type] = key.split(' ');
          if (type === 'test/asked') expect(calls, key).toBe(1);
          if (type === 'test/again') expect(calls, key).toBeLessThanOrEqual(2);
          if (type === 'test/flaky') expect(calls, key).toBeLessThanOrEqual(4);
        }
      }
    }
  });

  it('goes on from every prefix of the stored events to the same output', async () => {
    const whole = await crashAndRecover(everything, Number.POSITIVE_INFINITY, true);
    const events = await storedEvents(whole.disk, whole.id);
    for (let length = 1; length < events.length; length += 1) {
      const disk = memoryDisk();
      const outside = world();
      for (const event of events.slice(0, length)) {
        if (event.type === 'step_started') outside.calls.set(`test/asked ${String((event.data as JsonObject).key)}`, 1);
      }
      if (events.slice(0, length).some((event) => event.data.node === 'var')) {
        await disk.eventStore.commit([disk.variables.set({ scope: 'global', workflowId: null }, 'v', 2)]);
      }
      const { id } = whole;
      const row = await whole.disk.index.get(id);
      if (!row) throw new Error('no row');
      const writes = [disk.index.put({ ...row, status: 'running', finishedAt: null })];
      await disk.eventStore.append(`execution-${id}`, 'none', events.slice(0, length), { writes });
      const executor = executorOn(disk, { blocks: outside.blocks, limits: { chunkIterations: 2 } });
      expect(await executor.recover()).toBe(1);
      const view = await restOf(disk, executor, id);
      expect(view, `after ${length} events, ${events[length - 1]?.type}`).toMatchObject({
        status: 'succeeded',
        output,
      });
    }
  });

  it('leaves an external step in doubt when nobody can know, and never calls it twice', async () => {
    const definition = workflow({ a: set(1), pay: 'test/unasked', b: set('{{ $node.pay.data }}') }, [
      'a -> pay',
      'pay -> b',
    ]);
    const { appends } = await crashAndRecover(definition, Number.POSITIVE_INFINITY, true);
    const seen = new Set<string>();
    for (let survive = 1; survive <= appends; survive += 1) {
      for (const heard of [true, false]) {
        const { view, world: outside } = await crashAndRecover(definition, survive, heard);
        seen.add(view?.status ?? 'none');
        for (const calls of outside.calls.values()) expect(calls).toBe(1);
        if (view?.status === 'in_doubt') {
          expect(view.steps.find((step) => step.node === 'pay')).toMatchObject({ status: 'in_doubt', attempts: 1 });
        } else expect(view).toMatchObject({ status: 'succeeded', output: { done: 'pay' } });
      }
    }
    expect([...seen].sort()).toEqual(['in_doubt', 'succeeded']);
  });

  it('gives the same view from the events as from memory', async () => {
    const disk = memoryDisk();
    const outside = world();
    const live = executorOn(disk, { blocks: outside.blocks });
    const { id } = await live.start({ definition: everything, input: { n: 1 } });
    for (let turn = 0; turn < 60; turn += 1) {
      await disk.platform.advance(turn < 30 ? 13 : 60_000);
      const fromMemory = await live.view(id);
      const fromEvents = await executorOn(disk, { blocks: outside.blocks }).view(id);
      const replayed = { ...fromEvents, steps: fromEvents.steps.map(calm) };
      expect(replayed).toEqual({ ...fromMemory, steps: fromMemory.steps.map(calm) });
    }
    expect((await live.view(id)).status).toBe('succeeded');
  });
});

/** No event says that a ready step began to run. */
function calm(step: ExecutionView['steps'][number]) {
  return step.status === 'ready' ? { ...step, status: 'running' as const } : step;
}
