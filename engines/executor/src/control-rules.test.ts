import type { JsonValue } from '@conv3n/platform';
import type { OnError, WorkflowNode } from '@conv3n/workflow';
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

const set = (value: JsonValue): WorkflowNode => ({ type: 'test/set', config: { set: value } });
const branch = (port: string): WorkflowNode => ({ type: 'test/branch', config: { port, set: port } });

async function run(
  definition: ReturnType<typeof workflow>,
  input: JsonValue = null,
  blocks: Parameters<typeof executorOn>[1] = {},
) {
  const disk = memoryDisk();
  return runToRest(disk, executorOn(disk, blocks), definition, input);
}

describe('paths', () => {
  it('follows only the taken branch and joins after it', async () => {
    const view = await run(
      workflow(
        { a: branch('left'), l: set(1), r: set(2), j: set('{{ [$node.l.data, $node.r.data, $node.r.attempts] }}') },
        ['a.left -> l', 'a.right -> r', 'l -> j', 'r -> j'],
      ),
    );
    expect(statuses(view)).toEqual({ a: 'succeeded', l: 'succeeded', r: 'skipped', j: 'succeeded' });
    expect(view.output).toEqual([1, null, 0]);
  });

  it('skips a join none of whose edges delivered, and everything behind it', async () => {
    const view = await run(
      workflow({ a: branch('left'), r: set(1), s: set(2), j: set(3), k: set(4) }, [
        'a.right -> r',
        'a.right -> s',
        'r -> j',
        's -> j',
        'j -> k',
      ]),
    );
    expect(statuses(view)).toMatchObject({ j: 'skipped', k: 'skipped' });
    expect(view).toMatchObject({ status: 'succeeded', output: null });
  });

  it('starts only the trigger that fired; by API all start nodes start', async () => {
    const disk = memoryDisk();
    const executor = executorOn(disk);
    const definition = workflow({ t1: 'test/trigger', t2: 'test/trigger', other: set('o'), a: set('a'), b: set('b') }, [
      't1 -> a',
      't2 -> b',
    ]);
    const fired = await executor.start({ definition, trigger: { kind: 'cron', node: 't2' }, input: 5 });
    const one = await restOf(disk, executor, fired.id);
    expect(statuses(one)).toEqual({ t1: 'skipped', t2: 'succeeded', other: 'skipped', a: 'skipped', b: 'succeeded' });
    expect(one).toMatchObject({ output: 'b', trigger: { kind: 'cron', node: 't2' } });
    const all = await runToRest(disk, executor, definition, 5);
    expect(all.output).toEqual({ other: 'o', a: 'a', b: 'b' });
  });

  it('merges objects of several edges in edge order, and keeps input ports apart', async () => {
    const view = await run(
      workflow({ a: set({ x: 1, y: 1 }), b: set({ y: 2 }), c: set([3]), j: set('{{ $input }}') }, [
        'b -> j',
        'a -> j',
        'c -> j.list',
      ]),
    );
    expect(view.output).toEqual({ default: { y: 1, x: 1 }, list: [3] });
  });

  it('fails a step whose inputs cannot be merged', async () => {
    const view = await run(workflow({ a: set(1), b: set({ y: 2 }), j: set(0) }, ['a -> j', 'b -> j']));
    expect(view).toMatchObject({ status: 'failed', error: { code: 'input_not_mergeable' } });
  });

  it('gives a start node the input on its port default', async () => {
    expect((await run(workflow({ a: 'test/set' }), { n: 1 })).output).toEqual({ n: 1 });
  });

  it('records randomness and time, so that they are the same for the same execution', async () => {
    const definition = workflow({ a: set('{{ [Math.random(), Date.now()] }}'), b: set('{{ Math.random() }}') }, [
      'a -> b',
    ]);
    const [one, two] = [await run(definition), await run(definition)];
    expect(one.output).toEqual(two.output);
    expect(one.steps[0]?.data).toEqual([expect.any(Number), expect.any(Number)]);
  });
});

describe('joins', () => {
  const sleeps = (ms: number, value: JsonValue): WorkflowNode => ({ type: 'test/sleep', config: { ms, set: value } });

  it('runs an "any" join once at the first delivery and lets the others finish', async () => {
    const view = await run(
      workflow({ slow: sleeps(500, 's'), fast: sleeps(20, 'f'), j: { ...set('{{ $input.default }}'), join: 'any' } }, [
        'slow -> j',
        'fast -> j',
      ]),
    );
    expect(view.output).toBe('f');
    expect(statuses(view)).toEqual({ fast: 'succeeded', slow: 'succeeded', j: 'succeeded' });
  });

  it('cancels the steps that lead only to a "first" join', async () => {
    const view = await run(
      workflow(
        {
          slow: sleeps(50_000, 's'),
          next: set(1),
          side: set(2),
          both: sleeps(300, 'b'),
          fast: sleeps(20, 'f'),
          j: { ...set('{{ $input.default }}'), join: 'first' },
        },
        ['slow -> next', 'next -> j', 'both -> j', 'both -> side', 'fast -> j'],
      ),
    );
    expect(statuses(view)).toEqual({
      slow: 'cancelled',
      next: 'cancelled',
      both: 'succeeded',
      side: 'succeeded',
      fast: 'succeeded',
      j: 'succeeded',
    });
    expect(view.status).toBe('succeeded');
  });

  it('skips an "any" join only when every edge died', async () => {
    const view = await run(
      workflow({ a: branch('left'), b: branch('left'), j: { ...set(1), join: 'any' } }, [
        'a.right -> j',
        'b.right -> j',
      ]),
    );
    expect(statuses(view)).toMatchObject({ j: 'skipped' });
  });
});

describe('onError', () => {
  const failing = (onError?: OnError, port?: string): WorkflowNode => ({
    type: 'test/fail',
    config: { code: 'boom', ...(port !== undefined && { port }) },
    ...(onError !== undefined && { onError }),
  });
  const seen = set('{{ ({ node: $node.f, error: $error?.code ?? null, input: $input.default }) }}');

  it('stops the execution by default and starts nothing more', async () => {
    const view = await run(
      workflow(
        { f: failing(), after: set(1), other: set(2), late: { type: 'std/delay', config: { duration: '1h' } } },
        ['f -> after'],
      ),
    );
    expect(view).toMatchObject({ status: 'failed', error: { code: 'boom' }, output: null });
    expect(statuses(view)).toMatchObject({ f: 'failed', after: 'cancelled', late: 'cancelled' });
  });

  it('continues with null on the port default', async () => {
    const view = await run(workflow({ f: failing('continue'), g: seen }, ['f -> g']));
    expect(view.output).toEqual({
      node: { data: null, port: 'default', error: testError('boom'), attempts: 1 },
      error: 'boom',
      input: null,
    });
  });

  it('goes on at the port error', async () => {
    const view = await run(workflow({ f: failing('port'), g: seen, h: set(1) }, ['f.error -> g', 'f -> h']));
    expect(statuses(view)).toEqual({ f: 'failed', g: 'succeeded', h: 'skipped' });
    expect(view.output).toMatchObject({ node: { port: 'error', error: { code: 'boom' } }, error: 'boom' });
  });

  it('goes on with a fallback value, which counts as the output of a last node', async () => {
    expect(
      (await run(workflow({ f: failing({ fallback: { n: 1 } }), g: set('{{ $input.default.n }}') }, ['f -> g'])))
        .output,
    ).toBe(1);
    expect(await run(workflow({ f: failing({ fallback: 7 }) }))).toMatchObject({ status: 'succeeded', output: 7 });
  });

  it('follows an edge from the failure port whatever onError says', async () => {
    const view = await run(
      workflow({ f: failing('stop', 'client_error'), g: set('handled') }, ['f.client_error -> g']),
    );
    expect(view).toMatchObject({ status: 'succeeded', output: 'handled' });
  });

  it('lets onError decide when a block ends on a failure port without an edge', async () => {
    const answered = countingBlock('test/http', 'idempotent', () => ({
      kind: 'succeeded',
      data: { status: 404 },
      port: 'client_error',
    }));
    const stopped = await run(workflow({ f: 'test/http' }), null, { blocks: [answered] });
    expect(stopped).toMatchObject({ status: 'failed', error: { code: 'unhandled_port' } });
    const continued = await run(
      workflow({ f: { type: 'test/http', onError: 'continue' }, g: set(1) }, ['f -> g']),
      null,
      { blocks: [answered] },
    );
    expect(continued).toMatchObject({ status: 'succeeded', output: 1 });
  });

  it('ends the path quietly when any other port has no edge', async () => {
    expect(await run(workflow({ a: branch('left'), b: set(1) }, ['a.right -> b']))).toMatchObject({
      status: 'succeeded',
    });
  });
});

describe('retry and timeouts', () => {
  it('repeats retryable errors with backoff, then gives the last error', async () => {
    const disk = memoryDisk();
    const times: number[] = [];
    const busy = countingBlock('test/busy', 'idempotent', () => {
      times.push(disk.platform.clock.now());
      return { kind: 'failed', error: testError('busy', { retryable: true }) };
    });
    const retry = { maxAttempts: 4, delay: '1s', jitter: false, maxDelay: '3s' };
    const executor = executorOn(disk, { blocks: [busy] });
    const view = await runToRest(disk, executor, workflow({ b: { type: 'test/busy', retry } }));
    expect(view).toMatchObject({ status: 'failed', error: { code: 'busy' } });
    expect(view.steps[0]).toMatchObject({ attempts: 4, status: 'failed' });
    expect(times.map((time) => time - (times[0] ?? 0))).toEqual([0, 1000, 3000, 6000]);
  });

  it('repeats only the codes in "on", and never what is not retryable', async () => {
    for (const [code, retryable, on, calls] of [
      ['a', true, undefined, 3],
      ['a', false, undefined, 1],
      ['a', false, ['a'], 3],
      ['a', true, ['b'], 1],
    ] as const) {
      const block = countingBlock('test/x', 'idempotent', () => ({
        kind: 'failed',
        error: testError(code, { retryable }),
      }));
      await run(workflow({ x: { type: 'test/x', retry: { maxAttempts: 3, ...(on && { on }) } } }), null, {
        blocks: [block],
      });
      expect(block.calls).toHaveLength(calls);
      expect(new Set(block.calls).size).toBe(1);
    }
  });

  it("is waiting between attempts and honours the other side's wish up to maxDelay", async () => {
    const disk = memoryDisk();
    const block = countingBlock('test/x', 'idempotent', (call) =>
      call === 1
        ? { kind: 'failed', error: testError('x', { retryable: true }), retryAfterMs: 40_000 }
        : { kind: 'succeeded', data: call },
    );
    const executor = executorOn(disk, { blocks: [block] });
    const { id } = await executor.start({ definition: workflow({ x: { type: 'test/x', retry: { maxAttempts: 2 } } }) });
    await disk.platform.advance(39_000);
    expect(await executor.view(id)).toMatchObject({ status: 'waiting' });
    await disk.platform.advance(1000);
    expect(await executor.view(id)).toMatchObject({ status: 'succeeded', output: 2 });
  });

  it('fails a step that does not answer in time, aborts its call, and ignores what comes later', async () => {
    const disk = memoryDisk();
    let aborted = false;
    const hang = countingBlock('test/hang', 'pure', () => new Promise(() => {}));
    const hanging = {
      ...hang,
      run: (_: unknown, context: { signal: AbortSignal }) => {
        context.signal.addEventListener('abort', () => {
          aborted = true;
        });
        return new Promise<never>(() => {});
      },
    };
    const executor = executorOn(disk, { blocks: [hanging] });
    const view = await runToRest(disk, executor, workflow({ h: { type: 'test/hang', timeout: '200ms' } }));
    expect(view).toMatchObject({ status: 'failed', error: { code: 'step_timeout' } });
    expect(aborted).toBe(true);
  });

  it('times the whole execution out, and only that gives timed_out', async () => {
    const definition = workflow(
      {
        w: { type: 'std/delay', config: { duration: '1h' } },
        s: { type: 'test/sleep', config: { ms: 600_000 }, timeout: '20m' },
      },
      [],
      { timeout: '5m' },
    );
    const disk = memoryDisk();
    const executor = executorOn(disk);
    const { id } = await executor.start({ definition });
    await disk.platform.advance(299_000);
    expect(await executor.view(id)).toMatchObject({ status: 'running' });
    await disk.platform.advance(1000);
    const view = await executor.view(id);
    expect(view).toMatchObject({ status: 'timed_out', error: null });
    expect(statuses(view)).toEqual({ w: 'cancelled', s: 'cancelled' });
  });
});

describe('bad blocks', () => {
  const cyclic: Record<string, unknown> = {};
  cyclic.self = cyclic;
  const cases: readonly (readonly [string, () => unknown, string])[] = [
    [
      'throws',
      () => {
        throw new Error('kaputt');
      },
      'block_failed',
    ],
    ['rejects', () => Promise.reject(new Error('kaputt')), 'block_failed'],
    ['answers nothing', () => undefined, 'block_answer_invalid'],
    ['answers a function', () => ({ kind: 'succeeded', data: { f: () => 1 } }), 'output_not_json'],
    ['answers a bigint', () => ({ kind: 'succeeded', data: 1n }), 'output_not_json'],
    ['answers a circle', () => ({ kind: 'succeeded', data: cyclic }), 'output_not_json'],
    ['answers a Map', () => ({ kind: 'succeeded', data: new Map() }), 'output_not_json'],
    ['answers too much', () => ({ kind: 'succeeded', data: 'x'.repeat(5000) }), 'output_too_large'],
  ];
  it.each(cases)('fails only its own step when a block %s', async (_, answer, code) => {
    const block = {
      ...countingBlock('test/bad', 'pure', () => ({ kind: 'succeeded', data: null })),
      run: answer as never,
    };
    const view = await run(
      workflow({ bad: { type: 'test/bad', onError: 'port' }, next: set('{{ $error.code }}') }, ['bad.error -> next']),
      null,
      {
        blocks: [block],
        limits: { maxStepBytes: 4000 },
      },
    );
    expect(view).toMatchObject({ status: 'succeeded', output: code });
  });

  it('keeps what fits of endless logs, messages and details', async () => {
    const line = { level: 'info', message: 'x'.repeat(100_000) } as const;
    const noisy = countingBlock('test/noisy', 'pure', () => ({
      kind: 'failed',
      error: testError('loud', { message: 'm'.repeat(3_000_000), details: { big: 'd'.repeat(3_000_000) } }),
      logs: Array.from({ length: 1000 }, () => line),
    }));
    const disk = memoryDisk();
    const view = await runToRest(disk, executorOn(disk, { blocks: [noisy] }), workflow({ n: 'test/noisy' }));
    expect(view).toMatchObject({ status: 'failed', error: { code: 'loud' } });
    const event = (await storedEvents(disk, view.id)).find((one) => one.type === 'step_failed');
    expect(JSON.stringify(event).length).toBeLessThan(40_000);
    expect(event?.data.logs).toHaveLength(9);
  });

  it('drops undefined properties and follows toJSON, as JSON does', async () => {
    const block = countingBlock('test/odd', 'pure', () => ({
      kind: 'succeeded',
      data: { a: undefined, d: new Date(0), n: Number.NaN } as never,
    }));
    expect((await run(workflow({ a: 'test/odd' }), null, { blocks: [block] })).output).toEqual({
      d: '1970-01-01T00:00:00.000Z',
      n: null,
    });
  });

  it('fails the step of a block that nobody offers, and of an expression that fails', async () => {
    expect(await run(workflow({ a: 'no/such' }))).toMatchObject({ error: { code: 'block_unavailable' } });
    expect(await run(workflow({ a: set('{{ $trigger.x.y }}') }))).toMatchObject({
      error: { code: 'expression_null_access' },
    });
  });
});
