import { type TestPlatform, testPlatform } from '@conv3n/platform/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { EventBus } from './event-bus.ts';
import type { BusEvent } from './plugin.ts';

let platform: TestPlatform;
let bus: EventBus;
let failures: unknown[];
const owner = () => ({ id: 'p', log: platform.log, fail: (error: unknown) => void failures.push(error) });

beforeEach(() => {
  platform = testPlatform({ startMs: 1000 });
  bus = new EventBus(platform);
  failures = [];
});

describe('emitting', () => {
  it('returns before any handler runs and delivers a full envelope', async () => {
    const seen: BusEvent[] = [];
    bus.subscribe(owner(), 'a.b', (event) => void seen.push(event));
    const context = platform.context({ trace: { traceparent: '00-1-2-01' } });
    bus.emit('me', 'a.b', { n: 1 }, { subject: 's', context });
    expect(seen).toEqual([]);
    await platform.settle();
    expect(seen).toEqual([
      {
        id: expect.any(String),
        type: 'a.b',
        time: 1000,
        source: 'me',
        subject: 's',
        traceparent: '00-1-2-01',
        data: { n: 1 },
      },
    ]);
  });

  it('delivers data that neither the emitter nor a subscriber can change', async () => {
    const seen: unknown[] = [];
    bus.subscribe(owner(), '**', ({ data }) => {
      expect(() => {
        (data as { list: number[] }).list.push(9);
      }).toThrow(TypeError);
    });
    bus.subscribe(owner(), '**', ({ data }) => void seen.push(data));
    const data = { list: [1] };
    bus.emit('me', 'a', data);
    data.list.push(2);
    await platform.settle();
    expect(seen).toEqual([{ list: [1] }]);
    expect(platform.lines).toEqual([]);
  });

  it('refuses a malformed type and data that is not JSON, with or without subscribers', () => {
    expect(() => bus.emit('me', 'a..b', 1)).toThrow(expect.objectContaining({ code: 'invalid_topic' }));
    expect(() => bus.emit('me', 'a', (() => 1) as never)).toThrow(expect.objectContaining({ code: 'value_not_json' }));
  });

  it('reaches a subscriber that came after the type was first emitted, and forgets thousands of types', async () => {
    const seen: string[] = [];
    for (let index = 0; index < 3000; index += 1) bus.emit('me', `a.t${index}`, null);
    bus.subscribe(owner(), 'a.*', ({ type }) => void seen.push(type));
    bus.emit('me', 'a.t1', null);
    await platform.settle();
    expect(seen).toEqual(['a.t1']);
  });
});

describe('delivering', () => {
  it('keeps the order of emission for each subscriber, also when handlers wait', async () => {
    const seen: unknown[] = [];
    bus.subscribe(owner(), 'n', async ({ data }) => {
      if ((data as number) % 3 === 0) await new Promise<void>((resolve) => platform.timers.after(10, resolve));
      seen.push(data);
    });
    for (let n = 0; n < 10; n += 1) bus.emit('me', 'n', n);
    await platform.advance(100);
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('does not let one slow or failing subscriber hold another', async () => {
    const seen: unknown[] = [];
    bus.subscribe(owner(), 'n', () => new Promise<void>(() => {}));
    bus.subscribe(owner(), 'n', () => {
      throw new Error('bad handler');
    });
    bus.subscribe(owner(), 'n', async () => Promise.reject(new Error('bad promise')));
    bus.subscribe(owner(), 'n', ({ data }) => void seen.push(data));
    bus.emit('me', 'n', 1);
    bus.emit('me', 'n', 2);
    await platform.settle();
    expect(seen).toEqual([1, 2]);
    expect(platform.lines.map(({ fields }) => (fields['error'] as Error).message).sort()).toEqual([
      'bad handler',
      'bad handler',
      'bad promise',
      'bad promise',
    ]);
    expect(bus.stats().subscriptions.map(({ errors }) => errors)).toEqual([0, 2, 2, 0]);
  });

  it('goes on with the next event when a handler passes its deadline, and reports its late failure', async () => {
    const seen: unknown[] = [];
    const hang = (_: unknown, reject: (error: Error) => void) =>
      void platform.timers.after(500, () => reject(new Error('late')));
    bus.subscribe(
      owner(),
      'n',
      ({ data }) => {
        seen.push(data);
        return data === 1 ? new Promise(hang) : undefined;
      },
      { deadlineMs: 100 },
    );
    bus.emit('me', 'n', 1);
    bus.emit('me', 'n', 2);
    await platform.advance(99);
    expect(seen).toEqual([1]);
    await platform.advance(1);
    expect(seen).toEqual([1, 2]);
    await platform.advance(1000);
    expect(platform.lines.map(({ message }) => message)).toEqual([
      'event handler passed its deadline',
      'event handler failed',
    ]);
    expect(platform.pendingTimers()).toBe(0);
  });

  it('stops at once when the subscription is disposed, also with events waiting', async () => {
    const seen: unknown[] = [];
    const dispose = bus.subscribe(owner(), 'n', ({ data }) => {
      seen.push(data);
      dispose();
    });
    bus.emit('me', 'n', 1);
    bus.emit('me', 'n', 2);
    await platform.settle();
    bus.emit('me', 'n', 3);
    await platform.settle();
    dispose();
    expect(seen).toEqual([1]);
    expect(bus.subscriptionCount).toBe(0);
  });
});

describe('a full queue', () => {
  const overflow = async (policy: 'drop-oldest' | 'drop-newest' | 'fail') => {
    const seen: unknown[] = [];
    bus.subscribe(owner(), 'n', ({ data }) => void seen.push(data), { queueLimit: 3, overflow: policy });
    for (let n = 1; n <= 5; n += 1) bus.emit('me', 'n', n);
    const stats = bus.stats();
    await platform.settle();
    return { seen, stats };
  };

  it('loses the oldest events by default and counts them', async () => {
    const { seen, stats } = await overflow('drop-oldest');
    expect(seen).toEqual([3, 4, 5]);
    expect(stats).toEqual({
      emitted: 5,
      subscriptions: [{ owner: 'p', topic: 'n', queued: 3, delivered: 0, dropped: 2, errors: 0 }],
    });
  });

  it('keeps the oldest events with drop-newest', async () => {
    const { seen, stats } = await overflow('drop-newest');
    expect(seen).toEqual([1, 2, 3]);
    expect(stats.subscriptions[0]?.dropped).toBe(2);
  });

  it('fails the owner, not the emitter, with fail', async () => {
    const { seen, stats } = await overflow('fail');
    expect(failures).toEqual([expect.objectContaining({ code: 'event_queue_overflow' })]);
    expect(stats.subscriptions).toEqual([]);
    expect(seen).toEqual([]);
  });

  it('reaches no subscription that the failing owner ended in the middle of an emit', async () => {
    const seen: unknown[] = [];
    let endOther: (() => void) | undefined;
    const failing = { ...owner(), fail: () => endOther?.() };
    bus.subscribe(failing, 'n', () => {}, { queueLimit: 1, overflow: 'fail' });
    endOther = bus.subscribe(owner(), 'n', ({ data }) => void seen.push(data));
    bus.emit('me', 'n', 1);
    bus.emit('me', 'n', 2);
    await platform.settle();
    expect(seen).toEqual([]);
    expect(bus.subscriptionCount).toBe(0);
  });

  it('keeps its order while it is filled and drained many times over', async () => {
    const seen: number[] = [];
    bus.subscribe(owner(), 'n', async ({ data }) => void seen.push(data as number), { queueLimit: 5000 });
    for (let n = 0; n < 4000; n += 1) {
      bus.emit('me', 'n', n);
      if (n % 100 === 0) await Promise.resolve();
    }
    for (let round = 0; seen.length < 4000 && round < 1000; round += 1) await platform.settle();
    expect(seen).toEqual(Array.from({ length: 4000 }, (_, n) => n));
  });
});
