import { describe, expect, it } from 'vitest';
import type { Capability, PluginContext } from './plugin.ts';
import { testPlugin, testRuntime } from './testing/test-runtime.ts';

/** The context of a started plugin with the given capabilities. */
async function contextWith(capabilities: readonly Capability[] | undefined, grants?: readonly Capability[]) {
  const world = testRuntime();
  const held: PluginContext[] = [];
  await world.runtime.load(
    testPlugin('guest', { load: (given) => void held.push(given) }, capabilities ? { capabilities } : {}),
    grants ? { grants } : {},
  );
  await world.runtime.start();
  return { ...world, context: held[0] as PluginContext };
}

const attempts: Readonly<Record<string, (context: PluginContext) => unknown>> = {
  'svc:call:x': (context) => context.services.call('x', 1, context.call),
  'svc:call:y': (context) => context.services.resolve('y'),
  'svc:register:x': (context) => context.services.register({ name: 'x' }, () => 1),
  'evt:emit:x.a': (context) => context.events.emit('x.a', 1),
  'evt:subscribe:x.*': (context) => context.events.subscribe('x.*', () => {}),
  'store:read:ns': (context) => context.storage.get('ns', 'k'),
  'store:read:ns2': (context) => context.storage.getMany('ns2', ['k']),
  'store:read:ns3': (context) => context.storage.list('ns3'),
  'store:write:ns': (context) => context.storage.write([{ kind: 'put', namespace: 'ns', key: 'k', value: 1 }]),
  'store:write:ns2': (context) => context.storage.asAtomicWrite([{ kind: 'delete', namespace: 'ns2', key: 'k' }]),
  'state:read:a': (context) => context.state.get('a'),
  'state:read:b*': (context) => context.state.list('b'),
  'state:read:c*': (context) => context.state.watch('c', () => {}),
  'state:write:a': (context) => context.state.set('a', 1),
  'state:write:b': (context) => context.state.delete('b'),
};
const denied = expect.objectContaining({ code: 'capability_denied' });
const outcome = async (run: () => unknown) => {
  try {
    return await run();
  } catch (error) {
    return error;
  }
};

describe.each(Object.entries(attempts))('the capability %s', (capability, attempt) => {
  it('is denied when the manifest does not declare it, whatever else it declares', async () => {
    const others = Object.keys(attempts).filter((other) => other !== capability);
    const { context } = await contextWith(others);
    expect(await outcome(() => attempt(context))).toEqual(denied);
  });

  it('is denied when the operator does not grant it', async () => {
    const { context } = await contextWith(undefined, []);
    expect(await outcome(() => attempt(context))).toEqual(denied);
  });

  it('is enough when declared and granted', async () => {
    const { context, runtime } = await contextWith([capability], [capability]);
    if (capability.startsWith('svc:call')) for (const name of ['x', 'y']) runtime.services.register({ name }, () => 1);
    expect(await outcome(() => attempt(context))).not.toEqual(denied);
  });
});

it('takes grants by plugin id from the options of the runtime, unless told otherwise', async () => {
  const { runtime } = testRuntime({ grants: { guest: [] } });
  const load = (context: PluginContext) => context.events.emit('x', 1);
  await runtime.load(testPlugin('guest', { load }));
  await runtime.load(testPlugin('other', { load }));
  await runtime.start();
  expect(runtime.plugins().map(({ state, error }) => [state, error?.code])).toEqual([
    ['failed', 'capability_denied'],
    ['started', undefined],
  ]);
});

it('lets plugins meet through services and events with the plugin as caller and source', async () => {
  const { runtime, platform } = testRuntime();
  const seen: unknown[] = [];
  await runtime.load(
    testPlugin('kitchen', {
      load(context) {
        context.services.register<{ dish: string }, string>({ name: 'kitchen.cook' }, ({ dish }, { caller }) => {
          context.events.emit('kitchen.cooked', { dish });
          return `${dish} for ${caller.subject}`;
        });
      },
    }),
  );
  await runtime.load(
    testPlugin(
      'guest',
      {
        load(context) {
          context.events.subscribe('kitchen.**', ({ source, data }) => void seen.push([source, data]));
        },
        async start(context) {
          const cook = context.services.resolve<{ dish: string }, string>('kitchen.cook');
          seen.push(await cook?.call({ dish: 'soup' }, context.call), cook?.owner);
          seen.push(context.services.list('kitchen').map(({ name }) => name));
        },
      },
      { requires: ['kitchen'] },
    ),
  );
  await runtime.start();
  await platform.settle();
  expect(seen).toContainEqual(['kitchen', { dish: 'soup' }]);
  expect(seen).toContain('soup for plugin:guest');
  expect(seen).toContain('kitchen');
  expect(seen).toContainEqual(['kitchen.cook']);
});

it('cancels calls in flight when the plugin stops', async () => {
  const { context, runtime } = await contextWith(undefined);
  runtime.services.register({ name: 'hang' }, () => new Promise(() => {}));
  const answer = expect(context.services.call('hang', 1, context.call)).rejects.toMatchObject({
    code: 'call_cancelled',
  });
  await runtime.stop();
  await answer;
});

it('shares state and durable storage under its capabilities, but cannot close the storage', async () => {
  const { context, runtime } = await contextWith(undefined);
  const seen: unknown[] = [];
  runtime.state.watch('a', ({ key, entry }) => void seen.push([key, entry?.value]));
  const revision = context.state.set('a', { n: 1 }) as number;
  expect(runtime.state.get('a')?.value).toEqual({ n: 1 });
  expect(runtime.state.list('a')).toHaveLength(1);
  expect(runtime.state.set('a', 2, { ifRevision: revision })).toBeDefined();
  expect(runtime.state.delete('a')).toBe(true);
  expect(seen).toEqual([
    ['a', { n: 1 }],
    ['a', 2],
    ['a', undefined],
  ]);
  await context.storage.write([{ kind: 'put', namespace: 'ns', key: 'k', value: 1 }]);
  expect((await runtime.storage.get('ns', 'k'))?.value).toBe(1);
  await expect(context.storage.close()).rejects.toEqual(denied);
});

it('runs timers inside the error boundary of the plugin and ends them with it', async () => {
  const { context, platform, runtime } = await contextWith(undefined);
  let ran = 0;
  context.after(10, () => {
    ran += 1;
    throw new Error('bad timer');
  });
  context.platform.timers.after(5000, () => expect.unreachable());
  context.after(20, () => expect.unreachable())();
  await platform.advance(100);
  expect(ran).toBe(1);
  expect(platform.lines).toContainEqual(
    expect.objectContaining({ message: 'timer failed', fields: expect.objectContaining({ plugin: 'guest' }) }),
  );
  await runtime.stop();
  expect(platform.pendingTimers()).toBe(0);
});

it('only logs when a subscription of the composition root overflows with fail', () => {
  const { runtime, platform } = testRuntime();
  runtime.events.subscribe('n', () => {}, { queueLimit: 1, overflow: 'fail' });
  runtime.events.emit('n', 1);
  runtime.events.emit('n', 2);
  expect(platform.lines).toMatchObject([{ message: 'subscription ended', fields: { plugin: 'runtime' } }]);
});

it('watches services and calls them from the composition root without restriction', async () => {
  const { runtime, platform } = testRuntime();
  const seen: string[] = [];
  runtime.services.watch('', ({ description }) => void seen.push(description.name));
  runtime.services.register({ name: 'echo' }, (input) => input);
  expect(await runtime.services.call('echo', 5, platform.context())).toBe(5);
  expect(await runtime.services.resolve('echo')?.call(6, platform.context())).toBe(6);
  expect(seen).toEqual(['echo']);
});
