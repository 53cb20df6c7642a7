import type { SchemaCompiler } from '@conv3n/platform';
import { type TestPlatform, testPlatform } from '@conv3n/platform/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ServiceDescription, ServiceHandler } from './plugin.ts';
import { type ServiceChange, ServiceRegistry } from './service-registry.ts';

/** Understands `{ type }` only: enough to see where checks happen. */
const compile: SchemaCompiler = (schema) => (value) =>
  typeof value === schema['type'] ? [] : [{ path: '', code: 'type', message: `Must be ${String(schema['type'])}.` }];

let platform: TestPlatform;
let registry: ServiceRegistry;
const register = (description: ServiceDescription, handler: ServiceHandler) =>
  registry.register('p', platform.log, description, handler);
const code = (expected: string) => expect.objectContaining({ code: expected });
const never = () => new Promise<never>(() => {});

beforeEach(() => {
  platform = testPlatform({ startMs: 1000 });
  registry = new ServiceRegistry(platform, compile);
});

describe('calling', () => {
  it('passes input by name and answers what the handler gives, at once or later', async () => {
    register({ name: 'sync' }, (input) => [input]);
    register({ name: 'async' }, async (input) => [input]);
    expect(await registry.call('sync', 1, platform.context())).toEqual([1]);
    expect(await registry.call('async', 2, platform.context())).toEqual([2]);
  });

  it('creates no timer for a handler that answers at once or with a settled promise', async () => {
    let timers = 0;
    const after: TestPlatform['timers']['after'] = (ms, run) => {
      timers += 1;
      return platform.timers.after(ms, run);
    };
    registry = new ServiceRegistry({ ...platform, timers: { after } }, compile);
    register({ name: 'sync' }, () => 1);
    register({ name: 'async' }, async () => 1);
    register({ name: 'slow' }, async () => {
      for (let turn = 0; turn < 5; turn += 1) await undefined;
    });
    await registry.call('sync', null, platform.context());
    await registry.call('async', null, platform.context());
    expect(timers).toBe(0);
    await registry.call('slow', null, platform.context());
    expect(timers).toBe(1);
    expect(platform.pendingTimers()).toBe(0);
  });

  it('refuses unknown services', async () => {
    await expect(registry.call('none', 1, platform.context())).rejects.toEqual(code('service_not_found'));
    expect(registry.resolve('none')).toBeUndefined();
  });

  it('passes typed errors through and wraps others with their cause', async () => {
    const cause = new TypeError('boom');
    register({ name: 'throws' }, () => {
      throw cause;
    });
    register({ name: 'rejects' }, () => registry.call('none', 1, platform.context()));
    await expect(registry.call('throws', 1, platform.context())).rejects.toMatchObject({
      code: 'internal_error',
      cause,
    });
    await expect(registry.call('rejects', 1, platform.context())).rejects.toEqual(code('service_not_found'));
  });

  it('checks input and output against the schemas', async () => {
    let calls = 0;
    register({ name: 's', input: { type: 'string' }, output: { type: 'number' } }, (input) => {
      calls += 1;
      return input === 'good' ? 1 : 'bad';
    });
    expect(await registry.call('s', 'good', platform.context())).toBe(1);
    await expect(registry.call('s', 5, platform.context())).rejects.toMatchObject({
      code: 'invalid_input',
      violations: [{ path: '', code: 'type', message: 'Must be string.' }],
    });
    expect(calls).toBe(1);
    await expect(registry.call('s', 'other', platform.context())).rejects.toMatchObject({
      code: 'invalid_output',
      kind: 'internal',
    });
  });
});

describe('a deadline', () => {
  it('lets the caller go and aborts the handler, also one that ignores it', async () => {
    let signal: AbortSignal | undefined;
    register({ name: 'hang', deadlineMs: 100 }, (_, context) => {
      signal = context.signal;
      expect(context.deadline).toBe(1100);
      return never();
    });
    const answer = expect(registry.call('hang', 1, platform.context())).rejects.toEqual(code('service_timeout'));
    await platform.advance(99);
    expect(signal?.aborted).toBe(false);
    await platform.advance(1);
    await answer;
    expect(signal?.aborted).toBe(true);
    expect(platform.pendingTimers()).toBe(0);
  });

  it("is the caller's own when that is earlier, and the service's otherwise", async () => {
    const deadlines: (number | undefined)[] = [];
    const handler: ServiceHandler = (_, { deadline }) => void deadlines.push(deadline);
    register({ name: 'default' }, handler);
    register({ name: 'none', deadlineMs: 0 }, handler);
    for (const name of ['default', 'none']) {
      await registry.call(name, 1, platform.context());
      await registry.call(name, 1, platform.context({ deadline: 1500 }));
      await registry.call(name, 1, platform.context({ deadline: 99_000 }));
    }
    expect(deadlines).toEqual([31_000, 1500, 31_000, undefined, 1500, 99_000]);
  });

  it('that has passed already keeps the handler from running', async () => {
    register({ name: 's' }, () => expect.unreachable());
    await expect(registry.call('s', 1, platform.context({ deadline: 1000 }))).rejects.toEqual(code('service_timeout'));
  });

  it('propagates through nested calls', async () => {
    register({ name: 'outer', deadlineMs: 50 }, (_, context) => registry.call('inner', 1, context));
    let inner: AbortSignal | undefined;
    register({ name: 'inner' }, (_, { signal, deadline }) => {
      inner = signal;
      expect(deadline).toBe(1050);
      return never();
    });
    const answer = expect(registry.call('outer', 1, platform.context())).rejects.toEqual(code('service_timeout'));
    await platform.advance(50);
    await answer;
    expect(inner?.aborted).toBe(true);
  });
});

describe('an abort of the caller', () => {
  it('ends the call and reaches the handler', async () => {
    const controller = new AbortController();
    let signal: AbortSignal | undefined;
    register({ name: 'hang' }, (_, context) => {
      signal = context.signal;
      return never();
    });
    const answer = expect(registry.call('hang', 1, platform.context({ signal: controller.signal }))).rejects.toEqual(
      code('call_cancelled'),
    );
    await platform.settle();
    controller.abort(new Error('left'));
    await answer;
    expect(signal?.aborted).toBe(true);
    expect(platform.pendingTimers()).toBe(0);
    await expect(registry.call('hang', 1, platform.context({ signal: controller.signal }))).rejects.toEqual(
      code('call_cancelled'),
    );
  });

  it('right after the call counts too', async () => {
    const controller = new AbortController();
    register({ name: 'hang' }, never);
    const answer = registry.call('hang', 1, platform.context({ signal: controller.signal }));
    controller.abort();
    await expect(answer).rejects.toEqual(code('call_cancelled'));
  });
});

it('leaves nothing on the signal of the caller after the call', async () => {
  const controller = new AbortController();
  let listeners = 0;
  const { signal } = controller;
  const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
  signal.addEventListener = (...given: Parameters<typeof add>) => {
    listeners += 1;
    add(...given);
  };
  signal.removeEventListener = (...given: Parameters<typeof remove>) => {
    listeners -= 1;
    remove(...given);
  };
  register({ name: 's' }, () => new Promise<void>((resolve) => void platform.timers.after(5, resolve)));
  const answer = registry.call('s', 1, platform.context({ signal }));
  await platform.settle();
  expect(listeners).toBe(1);
  await platform.advance(5);
  await answer;
  expect(listeners).toBe(0);
});

describe('a concurrency limit', () => {
  it('refuses further calls and counts abandoned handlers until they end', async () => {
    let release: (() => void) | undefined;
    register({ name: 's', concurrency: 1, deadlineMs: 10 }, () => new Promise<void>((resolve) => (release = resolve)));
    const first = expect(registry.call('s', 1, platform.context())).rejects.toEqual(code('service_timeout'));
    await expect(registry.call('s', 1, platform.context())).rejects.toEqual(code('service_overloaded'));
    await platform.advance(10);
    await first;
    await expect(registry.call('s', 1, platform.context())).rejects.toEqual(code('service_overloaded'));
    expect(registry.stats()).toEqual([{ name: 's', owner: 'p', calls: 3, errors: 3, running: 1, abandoned: 1 }]);
    release?.();
    await platform.settle();
    expect(registry.stats()[0]?.running).toBe(0);
  });

  it('is given back by handlers that answer at once, throw or reject', async () => {
    const outcomes = [
      () => 1,
      () => {
        throw new Error('x');
      },
      async () => Promise.reject(new Error('x')),
    ];
    register({ name: 's', concurrency: 1 }, () => outcomes.shift()?.());
    for (let call = 0; call < 4; call += 1)
      await registry.call('s', 1, platform.context()).catch((error: Error) => error);
    expect(registry.stats()).toMatchObject([{ calls: 4, errors: 2, running: 0 }]);
  });
});

describe('removing a service', () => {
  it('ends waiting calls and makes handles unavailable', async () => {
    const dispose = register({ name: 's' }, never);
    const handle = registry.resolve('s');
    const waiting = expect(handle?.call(1, platform.context())).rejects.toEqual(code('service_unavailable'));
    await platform.settle();
    const hurried = expect(handle?.call(1, platform.context())).rejects.toEqual(code('service_unavailable'));
    dispose();
    await waiting;
    await hurried;
    await expect(handle?.call(1, platform.context())).rejects.toEqual(code('service_unavailable'));
    expect(platform.pendingTimers()).toBe(0);
    expect(registry.size).toBe(0);
  });

  it('logs the failure of a handler that nobody waits for any more', async () => {
    const dispose = register(
      { name: 's' },
      () => new Promise((_, reject) => platform.timers.after(5, () => reject(new Error('late')))),
    );
    const answer = registry.call('s', 1, platform.context()).catch((error: Error) => error);
    await platform.settle();
    dispose();
    await platform.advance(5);
    expect(await answer).toEqual(code('service_unavailable'));
    expect(platform.lines).toMatchObject([{ level: 'debug', fields: { service: 's' } }]);
  });

  it('frees the name, and an old disposer does not remove its successor', async () => {
    const dispose = register({ name: 's' }, () => 'old');
    expect(() => register({ name: 's' }, () => 'new')).toThrow(code('service_exists'));
    dispose();
    register({ name: 's' }, () => 'new');
    dispose();
    expect(await registry.call('s', 1, platform.context())).toBe('new');
  });
});

describe('listing and watching', () => {
  it('lists by prefix in the order of names with owners', () => {
    for (const name of ['b.x', 'block:std/http_request', 'a']) register({ name, annotations: { n: 1 } }, () => 1);
    expect(registry.list('b').map(({ name, owner }) => [name, owner])).toEqual([
      ['b.x', 'p'],
      ['block:std/http_request', 'p'],
    ]);
    expect(registry.list()).toHaveLength(3);
    expect(() => register({ name: 'has space' }, () => 1)).toThrow(code('invalid_option'));
  });

  it('tells present services, then each change under the prefix, until disposed', () => {
    const seen: [string, boolean][] = [];
    const dispose = register({ name: 'a.1' }, () => 1);
    const stop = registry.watch(
      'a.',
      platform.log,
      ({ added, description }) => void seen.push([description.name, added]),
    );
    const other = register({ name: 'a.2' }, () => 1);
    register({ name: 'b.1' }, () => 1);
    dispose();
    stop();
    other();
    expect(seen).toEqual([
      ['a.1', true],
      ['a.2', true],
      ['a.1', false],
    ]);
    expect(registry.observerCount).toBe(0);
  });

  it('tells every observer the changes in order, also those an observer makes, and survives one that throws', () => {
    const seen: string[] = [];
    const note = ({ added, description }: ServiceChange) => void seen.push(`${added ? '+' : '-'}${description.name}`);
    registry.watch('', platform.log, ({ added, description }) => {
      if (added && description.name === 'a') register({ name: 'b' }, () => 1)();
      throw new Error('observer');
    });
    registry.watch('', platform.log, note);
    register({ name: 'a' }, () => 1);
    expect(seen).toEqual(['+a', '+b', '-b']);
    expect(platform.lines).toHaveLength(3);
  });
});
