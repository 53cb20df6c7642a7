import { afterEach, describe, expect, test } from 'vitest';
import { Invoker } from './invoker.ts';
import { memoryEventStore } from './memory-event-store.ts';
import { manualClock } from './testing/manual-clock.ts';

const stops: AbortController[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop.abort();
});

function setUp(maxWaiting = 100) {
  const store = memoryEventStore({ clock: manualClock() });
  let id = 0;
  const invoker = new Invoker({ store, ids: { next: () => `id-${++id}` }, maxWaiting });
  const stop = new AbortController();
  stops.push(stop);
  void invoker.run(stop.signal);
  const reply = (type: string) => (metadata: { readonly correlationId: string }) =>
    store.append('s', 'any', [{ type, data: {} }], { metadata });
  return { store, invoker, reply };
}
const { signal } = new AbortController();

describe('invoking', () => {
  test('resolves with the first event of its correlation that means success or failure', async () => {
    const { invoker, reply, store } = setUp();
    await store.append('s', 'any', [{ type: 'Done', data: {} }], { metadata: { correlationId: 'other' } });
    const done = await invoker.invoke({ send: reply('Done'), success: ['Done'], failure: ['Refused'], signal });
    expect(done).toMatchObject({ kind: 'success', event: { type: 'Done', metadata: { correlationId: 'id-1' } } });
    const refused = await invoker.invoke({ send: reply('Refused'), success: ['Done'], failure: ['Refused'], signal });
    expect(refused).toMatchObject({ kind: 'failure', event: { metadata: { correlationId: 'id-2' } } });
    expect(invoker.waiting).toBe(0);
  });

  test('several wait for one correlation', async () => {
    const { invoker, reply } = setUp();
    const silent = async () => {};
    const first = invoker.invoke({ send: silent, success: ['Done'], correlationId: 'c', signal });
    const second = invoker.invoke({ send: silent, success: ['Done'], correlationId: 'c', signal });
    await reply('Noise')({ correlationId: 'c' });
    await reply('Done')({ correlationId: 'c' });
    expect((await first).event).toEqual((await second).event);
  });

  test('rejects when sending fails or the caller leaves, and keeps nobody waiting', async () => {
    const { invoker } = setUp();
    const failing = () => Promise.reject(new Error('refused'));
    await expect(invoker.invoke({ send: failing, success: ['Done'], signal })).rejects.toThrow('refused');
    const controller = new AbortController();
    const leaving = invoker.invoke({ send: async () => {}, success: ['Done'], signal: controller.signal });
    controller.abort(new Error('left'));
    await expect(leaving).rejects.toThrow('left');
    expect(invoker.waiting).toBe(0);
  });

  test('refuses beyond its bound', async () => {
    const { invoker, reply } = setUp(1);
    const first = invoker.invoke({ send: async () => {}, success: ['Done'], correlationId: 'c', signal });
    await expect(invoker.invoke({ send: async () => {}, success: ['Done'], signal })).rejects.toMatchObject({
      code: 'invoker_overloaded',
    });
    await reply('Done')({ correlationId: 'c' });
    await first;
  });
});
