import { describe, expect, it } from 'vitest';
import { RestartPolicy } from './restart-policy.ts';
import { testPlugin, testRuntime } from './testing/test-runtime.ts';

const restart = { initialDelayMs: 1000, maxDelayMs: 4000, maxFailures: 4, windowMs: 600_000 };

/** A plugin that fails to start `failures` times. */
function flaky(failures: number) {
  let starts = 0;
  const start = () => {
    starts += 1;
    if (starts <= failures) throw new Error(`failure ${starts}`);
  };
  return { plugin: testPlugin('flaky', { start }, { restart: 'on-failure' }), starts: () => starts };
}

describe('the restart policy', () => {
  it('doubles the delay up to its limit and gives up at the number of failures', () => {
    const policy = new RestartPolicy({ ...restart, maxFailures: 6 });
    expect([0, 1, 2, 3, 4, 5].map((now) => policy.failed(now))).toEqual([1000, 2000, 4000, 4000, 4000, 'give_up']);
    policy.reset();
    expect(policy.failed(6)).toBe(1000);
  });

  it('forgets failures that lie outside the window', () => {
    const policy = new RestartPolicy({ ...restart, maxFailures: 2, windowMs: 100 });
    expect(policy.failed(0)).toBe(1000);
    expect(policy.failed(100)).toBe(1000);
    expect(policy.failed(150)).toBe('give_up');
  });
});

describe('a plugin with restart on failure', () => {
  it('comes back after a back-off, and what requires it starts then', async () => {
    const { runtime, platform } = testRuntime({ restart });
    const { plugin, starts } = flaky(2);
    await runtime.load(testPlugin('user', {}, { requires: ['flaky'] }));
    await runtime.load(plugin);
    await runtime.start();
    expect(runtime.health().status).toBe('degraded');
    await platform.advance(999);
    expect(starts()).toBe(1);
    await platform.advance(1);
    expect(starts()).toBe(2);
    await platform.advance(2000);
    expect(runtime.plugins()).toMatchObject([
      { id: 'user', state: 'started' },
      { id: 'flaky', state: 'started', restarts: 2 },
    ]);
    expect(runtime.health().status).toBe('ok');
    expect(platform.pendingTimers()).toBe(0);
  });

  it('is quarantined in a crash loop until an operator restarts it', async () => {
    const { runtime, platform } = testRuntime({ restart });
    const { plugin, starts } = flaky(4);
    await runtime.load(plugin);
    await runtime.start();
    await platform.advance(60_000);
    expect(starts()).toBe(4);
    expect(runtime.plugins()[0]).toMatchObject({ state: 'quarantined', error: { code: 'plugin_hook_failed' } });
    await platform.advance(3_600_000);
    expect(starts()).toBe(4);
    await runtime.stop();
    await runtime.start();
    expect(runtime.plugins()[0]?.state).toBe('quarantined');
    expect(await runtime.restart('flaky')).toMatchObject({ state: 'started' });
  });

  it('is not restarted after the runtime stopped, nor after it was unloaded', async () => {
    const first = testRuntime({ restart });
    const stopped = flaky(9);
    await first.runtime.load(stopped.plugin);
    await first.runtime.start();
    await first.runtime.stop();
    expect(first.platform.pendingTimers()).toBe(0);
    const second = testRuntime({ restart });
    const unloaded = flaky(9);
    await second.runtime.load(unloaded.plugin);
    await second.runtime.start();
    await second.runtime.unload('flaky');
    expect(second.platform.pendingTimers()).toBe(0);
    await first.platform.advance(60_000);
    await second.platform.advance(60_000);
    expect([stopped.starts(), unloaded.starts()]).toEqual([1, 1]);
  });

  it('is restarted when a subscription that may not miss events overflows while it runs', async () => {
    const { runtime, platform } = testRuntime({ restart });
    const seen: unknown[] = [];
    const plugin = testPlugin(
      'reader',
      {
        load: (context) => {
          context.services.register({ name: 'reader.read' }, () => 1);
          context.events.subscribe('n', ({ data }) => void seen.push(data), { queueLimit: 2, overflow: 'fail' });
        },
      },
      { restart: 'on-failure' },
    );
    await runtime.load(plugin);
    await runtime.start();
    for (let n = 1; n <= 5; n += 1) runtime.events.emit('n', n);
    expect(runtime.plugins()[0]).toMatchObject({ state: 'failed', error: { code: 'event_queue_overflow' } });
    expect(runtime.services.list()).toEqual([]);
    await platform.advance(1000);
    expect(runtime.plugins()[0]).toMatchObject({ state: 'started', restarts: 1 });
    runtime.events.emit('n', 6);
    await platform.settle();
    expect(seen).toEqual([6]);
  });

  it('stays failed without that policy', async () => {
    const { runtime, platform } = testRuntime({ restart });
    const start = () => {
      throw new Error('no');
    };
    await runtime.load(testPlugin('plain', { start }));
    await runtime.start();
    expect(platform.pendingTimers()).toBe(0);
    expect(runtime.plugins()[0]?.state).toBe('failed');
  });
});
