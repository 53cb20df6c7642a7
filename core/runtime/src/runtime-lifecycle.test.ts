import { describe, expect, it } from 'vitest';
import type { Plugin, PluginContext } from './plugin.ts';
import { testPlugin, testRuntime } from './testing/test-runtime.ts';

const never = () => new Promise<never>(() => {});

/** A plugin that notes its hooks in `seen`. */
function noting(
  seen: string[],
  id: string,
  requires: readonly string[] = [],
  hooks: Omit<Plugin, 'manifest'> = {},
): Plugin {
  return testPlugin(
    id,
    {
      load: (context) => {
        seen.push(`load ${id}`);
        return hooks.load?.(context);
      },
      start: (context) => {
        seen.push(`start ${id}`);
        return hooks.start?.(context);
      },
      stop: (context, signal) => {
        seen.push(`stop ${id}`);
        return hooks.stop?.(context, signal);
      },
    },
    { requires },
  );
}

const statesOf = (runtime: ReturnType<typeof testRuntime>['runtime']) =>
  Object.fromEntries(runtime.plugins().map(({ id, state }) => [id, state]));

describe('starting and stopping', () => {
  it('loads all, then starts all, in the order of requirements, and stops in reverse', async () => {
    const seen: string[] = [];
    const plugins = [noting(seen, 'c', ['b']), noting(seen, 'b', ['a']), noting(seen, 'a')].map((plugin) => ({
      plugin,
    }));
    const { runtime } = testRuntime({ plugins });
    expect(seen).toEqual([]);
    expect(runtime.health().status).toBe('stopped');
    await runtime.start();
    await runtime.start();
    expect(runtime.health().status).toBe('ok');
    await runtime.stop();
    await runtime.stop();
    expect(seen).toEqual(['load a', 'load b', 'load c', 'start a', 'start b', 'start c', 'stop c', 'stop b', 'stop a']);
    expect(statesOf(runtime)).toEqual({ a: 'stopped', b: 'stopped', c: 'stopped' });
  });

  it('starts again after a stop with a fresh context', async () => {
    const contexts: PluginContext[] = [];
    const { runtime } = testRuntime();
    await runtime.load(testPlugin('a', { load: (context) => void contexts.push(context) }));
    await runtime.start();
    await runtime.stop();
    await runtime.start();
    expect(contexts).toHaveLength(2);
    expect(contexts[0]?.signal.aborted).toBe(true);
    expect(contexts[1]?.signal.aborted).toBe(false);
  });

  it('tells each change of state as an event', async () => {
    const { runtime, platform } = testRuntime();
    const seen: unknown[] = [];
    runtime.events.subscribe('runtime.plugin_state', ({ data, subject }) => void seen.push([subject, data]));
    await runtime.load(testPlugin('a'));
    await runtime.start();
    await platform.settle();
    expect(seen).toEqual([
      ['a', { plugin: 'a', from: 'discovered', to: 'loading' }],
      ['a', { plugin: 'a', from: 'loading', to: 'loaded' }],
      ['a', { plugin: 'a', from: 'loaded', to: 'starting' }],
      ['a', { plugin: 'a', from: 'starting', to: 'started' }],
    ]);
  });

  it('loads and starts a plugin that comes while it runs, and what waited for it', async () => {
    const seen: string[] = [];
    const { runtime } = testRuntime();
    await runtime.load(noting(seen, 'b', ['a']));
    await runtime.start();
    expect(runtime.health()).toMatchObject({
      status: 'degraded',
      plugins: [{ id: 'b', state: 'discovered', error: { code: 'plugin_requirement_missing' } }],
    });
    expect(await runtime.load(noting(seen, 'a'))).toMatchObject({ id: 'a', state: 'started' });
    expect(seen).toEqual(['load a', 'load b', 'start a', 'start b']);
    expect(runtime.health().status).toBe('ok');
    expect(runtime.plugins()[0]?.error).toBeUndefined();
  });

  it('runs no code of plugins in a cycle and all code of the others', async () => {
    const seen: string[] = [];
    const { runtime } = testRuntime();
    for (const plugin of [noting(seen, 'a', ['b']), noting(seen, 'b', ['a']), noting(seen, 'c')])
      await runtime.load(plugin);
    await runtime.start();
    expect(seen).toEqual(['load c', 'start c']);
    expect(runtime.plugins()[0]?.error).toMatchObject({ code: 'plugin_cycle', details: { path: ['a', 'b', 'a'] } });
  });
});

describe('taking in a plugin', () => {
  it('refuses a bad manifest, a bad configuration and a second plugin of the same id before any code runs', async () => {
    const { runtime } = testRuntime({
      compileSchema: () => () => [{ path: 'port', code: 'type', message: 'Must be a number.' }],
    });
    const bad = testPlugin(
      'Bad Id',
      {},
      { version: '1', capabilities: ['nonsense'], requires: ['Bad Id', 'x y'], restart: 'maybe' as never },
    );
    await expect(runtime.load(bad)).rejects.toMatchObject({ code: 'invalid_manifest' });
    await expect(runtime.load({ manifest: { id: 'a' } } as never)).rejects.toMatchObject({ code: 'invalid_manifest' });
    await expect(runtime.load(testPlugin('a', {}, { config: { type: 'object' } }))).rejects.toMatchObject({
      code: 'invalid_plugin_config',
      violations: [{ path: 'port', code: 'type', message: 'Must be a number.' }],
    });
    await runtime.load(testPlugin('a'));
    await expect(runtime.load(testPlugin('a'))).rejects.toMatchObject({ code: 'plugin_exists' });
    expect(runtime.plugins()).toHaveLength(1);
  });

  it('refuses options out of range', () => {
    expect(() => testRuntime({ hookDeadlineMs: 0 })).toThrow(expect.objectContaining({ code: 'invalid_option' }));
    expect(() => testRuntime({ restart: { maxFailures: Number.NaN } })).toThrow(/maxFailures/);
  });

  it('gives the plugin its frozen configuration', async () => {
    let config: unknown;
    const { runtime } = testRuntime();
    const load = (context: PluginContext) => {
      config = context.config;
    };
    await runtime.load(testPlugin('a', { load }), { config: { port: 1 } });
    await runtime.start();
    expect(config).toEqual({ port: 1 });
    expect(Object.isFrozen(config)).toBe(true);
  });
});

describe('a failing hook', () => {
  it.each(['load', 'start'] as const)(
    'that throws in %s fails its plugin only and leaves no registration',
    async (hook) => {
      const { runtime, platform } = testRuntime();
      const seen: string[] = [];
      const throws = (context: PluginContext) => {
        context.services.register({ name: 'bad.service' }, () => 1);
        context.events.subscribe('**', () => {});
        context.after(1000, () => {});
        throw new Error('no luck');
      };
      await runtime.load(testPlugin('bad', { [hook]: throws }));
      await runtime.load(noting(seen, 'good'));
      await runtime.load(noting(seen, 'user', ['bad']));
      await runtime.start();
      expect(statesOf(runtime)).toEqual({
        bad: 'failed',
        good: 'started',
        user: hook === 'load' ? 'discovered' : 'loaded',
      });
      expect(seen).not.toContain('start user');
      expect(runtime.plugins()[0]?.error).toMatchObject({
        code: 'plugin_hook_failed',
        details: { plugin: 'bad', hook },
      });
      expect(runtime.plugins()[2]?.error).toMatchObject({ code: 'plugin_requirement_unmet' });
      expect(runtime.services.list()).toEqual([]);
      expect(runtime.stats().events.subscriptions).toEqual([]);
      expect(platform.pendingTimers()).toBe(0);
    },
  );

  it.each(['load', 'start'] as const)(
    'that hangs in %s is abandoned at its deadline and its scope disposed',
    async (hook) => {
      const { runtime, settled, platform } = testRuntime({ hookDeadlineMs: 1000 });
      const held: PluginContext[] = [];
      const hang = (context: PluginContext) => {
        held.push(context);
        context.services.register({ name: 'bad.service' }, () => 1);
        return never();
      };
      await runtime.load(testPlugin('bad', { [hook]: hang }));
      await runtime.load(testPlugin('good'));
      await settled(runtime.start(), 2000);
      const [context] = held as [PluginContext];
      expect(statesOf(runtime)).toEqual({ bad: 'failed', good: 'started' });
      expect(runtime.plugins()[0]?.error?.code).toBe('plugin_hook_timeout');
      expect(runtime.services.list()).toEqual([]);
      expect(context.signal.aborted).toBe(true);
      const stopped = expect.objectContaining({ code: 'plugin_stopped' });
      expect(() => context.services.register({ name: 'late' }, () => 1)).toThrow(stopped);
      expect(() => context.events.emit('late', 1)).toThrow(stopped);
      expect(() => context.after(1, () => {})).toThrow(stopped);
      expect(() => context.services.watch('', () => {})).toThrow(stopped);
      await expect(context.storage.get('ns', 'a')).rejects.toEqual(stopped);
      let disposed = false;
      context.own(() => {
        disposed = true;
      });
      expect(disposed).toBe(true);
      expect(platform.pendingTimers()).toBe(0);
    },
  );

  it('logs what an abandoned hook throws later', async () => {
    const { runtime, settled, platform } = testRuntime({ hookDeadlineMs: 100 });
    const late = () =>
      new Promise<void>((_, reject) => void platform.timers.after(500, () => reject(new Error('at last'))));
    await runtime.load(testPlugin('bad', { start: late }));
    await settled(runtime.start());
    await platform.advance(1000);
    expect(platform.lines).toContainEqual(expect.objectContaining({ message: 'abandoned hook failed' }));
  });
});

describe('the stop hook', () => {
  it('may finish work with its registrations until it returns', async () => {
    const { runtime } = testRuntime();
    const seen: unknown[] = [];
    runtime.services.register({ name: 'sink' }, (input) => void seen.push(input));
    const stop = async (context: PluginContext) => {
      expect(context.signal.aborted).toBe(false);
      await context.services.call('sink', 'rest', context.call);
    };
    await runtime.load(testPlugin('a', { load: (context) => void context.own(() => seen.push('disposed')), stop }));
    await runtime.start();
    await runtime.stop();
    expect(seen).toEqual(['rest', 'disposed']);
  });

  it('that hangs or throws is cut off within the total deadline and the others still stop', async () => {
    const { runtime, settled, platform } = testRuntime();
    const seen: string[] = [];
    let signal: AbortSignal | undefined;
    await runtime.load(noting(seen, 'a'));
    await runtime.load(noting(seen, 'b', ['a'], { stop: () => Promise.reject(new Error('stuck')) }));
    const hang = (_: PluginContext, given: AbortSignal) => {
      signal = given;
      return never();
    };
    await runtime.load(noting(seen, 'c', ['b'], { stop: hang }));
    await runtime.start();
    const before = platform.clock.monotonic();
    await settled(runtime.stop(3000));
    expect(platform.clock.monotonic() - before).toBeLessThanOrEqual(3000);
    expect(signal?.aborted).toBe(true);
    expect(seen.slice(-3)).toEqual(['stop c', 'stop b', 'stop a']);
    expect(statesOf(runtime)).toEqual({ a: 'stopped', b: 'failed', c: 'failed' });
    expect(platform.pendingTimers()).toBe(0);
  });
});

it('lets a stop during the start go ahead of the plugins that have not started yet', async () => {
  const { runtime, settled, platform } = testRuntime();
  const seen: string[] = [];
  const slow = () => new Promise<void>((resolve) => void platform.timers.after(500, resolve));
  await runtime.load(noting(seen, 'a', [], { start: slow }));
  await runtime.load(noting(seen, 'b'));
  const starting = runtime.start();
  await platform.advance(100);
  await settled(Promise.all([starting, runtime.stop()]));
  expect(seen).toEqual(['load a', 'load b', 'start a', 'stop a']);
  expect(statesOf(runtime)).toEqual({ a: 'stopped', b: 'stopped' });
});

describe('unloading and restarting', () => {
  it('refuses to unload what running plugins require, and unknown ids', async () => {
    const { runtime } = testRuntime();
    const seen: string[] = [];
    await runtime.load(noting(seen, 'a'));
    await runtime.load(noting(seen, 'b', ['a']));
    await runtime.start();
    await expect(runtime.unload('a')).rejects.toMatchObject({ code: 'plugin_in_use', details: { required_by: ['b'] } });
    await expect(runtime.unload('x')).rejects.toMatchObject({ code: 'plugin_not_found' });
    await expect(runtime.restart('x')).rejects.toMatchObject({ code: 'plugin_not_found' });
    await runtime.unload('b');
    await runtime.unload('a');
    expect(runtime.plugins()).toEqual([]);
    expect(seen.slice(-2)).toEqual(['stop b', 'stop a']);
  });

  it('restarts a plugin with a fresh run while its users keep running', async () => {
    const { runtime } = testRuntime();
    const seen: string[] = [];
    await runtime.load(noting(seen, 'a'));
    await runtime.load(noting(seen, 'b', ['a']));
    await runtime.start();
    expect(await runtime.restart('a')).toMatchObject({ state: 'started', restarts: 0 });
    expect(seen.slice(4)).toEqual(['stop a', 'load a', 'start a']);
  });

  it('leaves nothing behind after a thousand loads and unloads', async () => {
    const { runtime, platform } = testRuntime();
    await runtime.start();
    const idle = runtime.stats();
    const busy: Plugin = testPlugin('busy', {
      load(context) {
        context.services.register({ name: 'busy.service' }, () => 1);
        context.services.watch('', () => {});
        context.events.subscribe('busy.*', () => {});
        context.state.watch('busy', () => {});
        context.after(60_000, () => {});
        context.platform.timers.after(60_000, () => {});
        context.own(() => {});
      },
    });
    for (let cycle = 0; cycle < 1000; cycle += 1) {
      await runtime.load(busy);
      if (cycle === 500) expect(runtime.stats()).not.toEqual(idle);
      await runtime.unload('busy');
    }
    const { events, ...rest } = runtime.stats();
    expect({ ...rest, subscriptions: events.subscriptions }).toEqual({
      services: [],
      serviceObservers: 0,
      stateEntries: 0,
      stateObservers: 0,
      subscriptions: [],
    });
    expect(platform.pendingTimers()).toBe(0);
  });
});
