import { compileSchema, type OperationReply } from '@conv3n/nexus';
import { type CallContext, Conv3nError, isConv3nError, type JsonValue } from '@conv3n/platform';
import { testPlatform } from '@conv3n/platform/testing';
import { memoryEventStore } from '@conv3n/potter';
import { createRuntime, memoryStorage } from '@conv3n/runtime';
import { type BlockCall, type BlockManifest, memoryBlobStore, memoryExecutionIndex } from '@conv3n/workflow';
import { describe, expect, it } from 'vitest';
import type { TriggerNode } from './trigger-calls.ts';
import { workflowsPlugin } from './workflows-plugin.ts';

const tick: BlockManifest = {
  type: 'test/tick',
  title: 'Tick',
  description: 'A trigger of another plugin.',
  category: 'trigger',
  control: 'trigger',
  config: { type: 'object', additionalProperties: false, properties: { every: { type: 'string' } } },
  ports: { fixed: ['default'] },
  effect: { otherwise: 'pure' },
};
const echo: BlockManifest = {
  type: 'test/echo',
  title: 'Echo',
  description: 'Gives its value.',
  category: 'data',
  config: { type: 'object', additionalProperties: false, properties: { value: {} } },
  ports: { fixed: ['default'] },
  effect: { otherwise: 'pure' },
};

interface Conflict {
  in?: 'triggers.check' | 'triggers.sync';
}

async function start(options: { readonly triggers?: boolean } = {}) {
  const platform = testPlatform();
  const storage = memoryStorage(platform);
  const eventStore = memoryEventStore(platform);
  const calls: string[] = [];
  const conflict: Conflict = {};
  const runtime = createRuntime({ platform, storage, compileSchema });
  await runtime.load({
    manifest: { id: 'others', version: '0.1.0', description: 'Blocks and triggers', capabilities: ['svc:register:*'] },
    load({ services }) {
      services.register({ name: 'block:test/tick', annotations: { block: tick as never } }, () => null);
      services.register<BlockCall<{ value: JsonValue }>, object>(
        { name: 'block:test/echo', annotations: { block: echo as never } },
        ({ config }) => ({ kind: 'succeeded', data: config.value ?? null }),
      );
      if (options.triggers === false) return;
      for (const name of ['triggers.check', 'triggers.sync', 'triggers.forget'] as const) {
        services.register<{ workflow_id: string; nodes?: readonly TriggerNode[] }, void>({ name }, ({ nodes = [] }) => {
          calls.push(`${name} ${nodes.map((node) => node.node).join()}`.trim());
          if (conflict.in === name) throw new Conv3nError('trigger_conflict', 'Taken.', { kind: 'conflict' });
        });
      }
      services.register<{ nodes: readonly TriggerNode[] }, object>({ name: 'triggers.problems' }, ({ nodes }) =>
        nodes
          .filter(({ config }) => config['every'] === 'never')
          .map(({ node }) => ({ node, path: 'every', message: 'Never is no time.' })),
      );
    },
  });
  await runtime.load(
    workflowsPlugin({
      eventStore,
      storage,
      index: memoryExecutionIndex(),
      blobs: memoryBlobStore(),
      compileSchema,
      drainGraceMs: 0,
      retention: { ageMs: 1e12, count: 1e6 },
    }),
  );
  await runtime.start();
  const call = <Output>(name: string, input: unknown, context: CallContext = platform.context()) =>
    runtime.services.call<Output>(name, input, context);
  const create = async (workflow: object, publish = false) =>
    (await call<OperationReply>('workflows.create', { workflow, publish })).data as {
      id: string;
      version: number;
      published_version: number | null;
    };
  const execute = async (id: string, more: object = {}) =>
    (await call<OperationReply>('workflows.execute', { id, ...more })).data as {
      id: string;
      status: string;
      output: JsonValue;
    };
  return { platform, runtime, call, create, execute, calls, conflict };
}

const file = (nodes: object, more: object = {}) => ({
  schema: 'conv3n.workflow/v1',
  name: 'Test',
  nodes,
  edges: [],
  ...more,
});
const echoing = (value: JsonValue, more: object = {}) => file({ e: { type: 'test/echo', config: { value } } }, more);
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'resolved',
    (error: unknown) => (isConv3nError(error) ? error.code : String(error)),
  );

/** Time stands still in these tests, so whoever waits zero milliseconds needs a turn and a push. */
const turn = () => new Promise<void>((resolve) => setTimeout(resolve, 5));

describe('saving and publishing', () => {
  it('checks triggers before anything is stored, and syncs them before the version is published', async () => {
    const { create, calls, call, conflict } = await start();
    const made = await create(file({ t: { type: 'test/tick' } }), true);
    expect(made).toMatchObject({ version: 1, published_version: 1 });
    expect(calls).toEqual(['triggers.check t', 'triggers.sync t']);
    conflict.in = 'triggers.check';
    expect(await codeOf(create(echoing(1, { name: 'Conflicting' }), true))).toBe('trigger_conflict');
    expect(await call('workflows.list', { query: 'conflicting' })).toEqual({ items: [] });
    expect(await call('workflows.list', {})).toMatchObject({ items: [{ id: made.id, triggers: ['test/tick'] }] });
  });

  it('publishes nothing when the triggers refuse', async () => {
    const { create, call, conflict } = await start();
    const { id } = await create(file({ t: { type: 'test/tick' } }));
    conflict.in = 'triggers.sync';
    expect(await codeOf(call('workflows.publish', { id, version: 1 }))).toBe('trigger_conflict');
    expect(await call('workflows.get', { id })).toMatchObject({ published_version: null });
  });

  it('shows what the trigger plugin finds wrong under the path of the node', async () => {
    const { call, create } = await start();
    const workflow = file({ t: { type: 'test/tick', config: { every: 'never' } } });
    expect(await call('workflows.validate', { workflow })).toEqual({
      valid: false,
      problems: [{ path: 'nodes.t.config.every', code: 'invalid_config', message: 'Never is no time.' }],
    });
    expect(await codeOf(create(workflow))).toBe('workflow_invalid');
  });

  it('works without any trigger plugin', async () => {
    const { create, call } = await start({ triggers: false });
    const { id } = await create(echoing(1), true);
    await call('workflows.unpublish', { id });
    await call('workflows.delete', { id });
    expect(await codeOf(call('workflows.get', { id }))).toBe('workflow_not_found');
  });

  it('lists the trigger nodes of what is published', async () => {
    const { create, call } = await start();
    const { id } = await create(file({ t: { type: 'test/tick', config: { every: 'day' } } }), true);
    await create(file({ t: { type: 'test/tick' } }));
    expect(await call('workflows.published_triggers', {})).toEqual([
      { workflow_id: id, nodes: [{ node: 't', type: 'test/tick', config: { every: 'day' } }] },
    ]);
  });

  it('keeps publications at the same time in step with the triggers', async () => {
    const { create, call, calls } = await start();
    const { id } = await create(file({ one: { type: 'test/tick' } }));
    await call('workflows.update', { id, workflow: file({ two: { type: 'test/tick' } }), if_match: '1' });
    await Promise.all([1, 2, 1, 2, 1].map((version) => call('workflows.publish', { id, version })));
    const { published_version } = await call<{ published_version: number }>('workflows.get', { id });
    expect(calls.at(-1)).toBe(`triggers.sync ${published_version === 1 ? 'one' : 'two'}`);
  });

  it.each([['a/b'], ['a.b'], ['x'.repeat(65)]])('refuses the id %s', async (id) => {
    const { create } = await start();
    expect(await codeOf(create(echoing(1, { id })))).toBe('workflow_invalid');
  });
});

describe('executing', () => {
  it('runs the published version and tells the whole story', async () => {
    const { create, execute, call } = await start();
    const { id } = await create(echoing({ n: '{{ $trigger.n + 1 }}' }), true);
    const run = await execute(id, { input: { n: 1 } });
    expect(run).toMatchObject({ status: 'succeeded', output: { n: 2 } });
    expect(await call('executions.events', { id: run.id, limit: 2 })).toMatchObject({
      items: [{ version: 1 }, { version: 2 }],
      next_cursor: '2',
    });
    expect(await call('executions.step', { id: run.id, node: 'e' })).toMatchObject({
      status: 'succeeded',
      data: { n: 2 },
    });
    expect(await call('executions.definition', { id: run.id })).toMatchObject({ workflow: { name: 'Test' } });
    expect(await call('executions.list', { workflow_id: id })).toMatchObject({
      items: [{ id: run.id, duration_ms: 0 }],
    });
  });

  it('follows an ended execution to its end at once, from wherever it is asked', async () => {
    const { create, execute, call, platform } = await start();
    const { id } = await create(echoing(1), true);
    const run = await execute(id);
    for (const [last_event_id, events] of [
      [undefined, ['execution', 'end']],
      ['0', ['execution_started', 'step_succeeded', 'execution_succeeded', 'end']],
      ['3', ['end']],
      ['77', ['end']],
    ] as const) {
      const { stream } = await call<OperationReply>('executions.follow', {
        id: run.id,
        ...(last_event_id && { last_event_id }),
      });
      const seen: string[] = [];
      if (typeof stream === 'function')
        for await (const event of stream(platform.context().signal)) seen.push(event.event);
      expect(seen).toEqual(events);
    }
  });

  it('fires for a trigger once per key', async () => {
    const { create, call } = await start();
    const { id } = await create(file({ t: { type: 'test/tick' } }), true);
    const fire = () =>
      call<{ id: string }>('executions.fire', {
        workflow_id: id,
        node: 't',
        kind: 'interval',
        trigger_id: `${id}.t`,
        input: { at: 1 },
        idempotency_key: 'k',
        wait_ms: 100,
      });
    const [one, two] = await Promise.all([fire(), fire()]);
    expect(one).toMatchObject({ status: 'succeeded', output: { at: 1 }, error: null });
    expect(two?.id).toBe(one?.id);
  });

  it('waits, is cancelled and retried', async () => {
    const { create, execute, call, platform } = await start();
    const { id } = await create(file({ d: { type: 'std/delay', config: { duration: '1h' } } }), true);
    const starting = execute(id, { mode: 'async' });
    await turn();
    await platform.advance(0);
    const run = await starting;
    expect(run.status).toBe('waiting');
    expect(await codeOf(call('workflows.delete', { id }))).toBe('workflow_busy');
    expect(await codeOf(call('executions.retry', { id: run.id }))).toBe('execution_open');
    await call('executions.cancel', { id: run.id });
    expect(await call('executions.get', { id: run.id })).toMatchObject({ status: 'cancelled' });
    const again = (await call<OperationReply>('executions.retry', { id: run.id })).data as { id: string };
    await turn();
    await platform.advance(3_600_000);
    await turn();
    const ended = await call<{ status: string; trigger: object }>('executions.get', { id: again.id });
    expect(ended).toMatchObject({ status: 'succeeded', trigger: { kind: 'retry', parent_execution_id: run.id } });
  });

  it('refuses input against the schema, and a schema that cannot be applied', async () => {
    const { create, call } = await start();
    const run = (input: JsonValue, schema: object) =>
      codeOf(call('workflows.run', { workflow: echoing(1, { input: schema }), input }));
    expect(await run('x', { type: 'integer' })).toBe('input_invalid');
    expect(await run('x', { type: 'string', pattern: '(' })).toBe('workflow_invalid');
    expect(await codeOf(create(echoing(1, { input: { pattern: '(', type: 'string' } })))).toBe('workflow_invalid');
  });
});

describe('evaluating an expression', () => {
  it('sees given roots, recorded ones, and given ones first', async () => {
    const { create, execute, call } = await start();
    const { id } = await create(echoing(7), true);
    const run = await execute(id, { input: { a: 1 } });
    const evaluate = async (expression: string, more: object = {}) =>
      (await call<{ value: JsonValue }>('expressions.evaluate', { expression, ...more })).value;
    expect(await evaluate('$input.x', { roots: { $input: { x: 1 } } })).toBe(1);
    const recorded = { execution_id: run.id, node: 'e' };
    expect(await evaluate('[$node.e.data, $trigger.a, $execution.id, $workflow.version]', recorded)).toEqual([
      7,
      1,
      run.id,
      1,
    ]);
    expect(await evaluate('$trigger', { ...recorded, roots: { $trigger: 'mine' } })).toBe('mine');
    expect(await evaluate('typeof Math.random()')).toBe('number');
    expect(await codeOf(evaluate('$input.a.b', { roots: { $input: {} } }))).toBe('expression_null_access');
    expect(await codeOf(evaluate('1', { execution_id: 'nobody' }))).toBe('execution_not_found');
  });
});
