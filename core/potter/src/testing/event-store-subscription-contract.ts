import { describe, expect, test } from 'vitest';
import type { RecordedEvent } from '../event.ts';
import type { EventStore } from '../event-store.ts';

const event = (n: number) => ({ type: 'Counted', data: { n } });
const numbers = (events: readonly RecordedEvent[]) => events.map(({ data }) => data['n']);
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

/** Takes `count` events, then leaves the loop. */
async function take(events: AsyncIterable<RecordedEvent>, count: number): Promise<RecordedEvent[]> {
  const taken: RecordedEvent[] = [];
  for await (const received of events) if (taken.push(received) === count) break;
  return taken;
}

/** Rule I4 of the port: part of `eventStoreContract`. */
export function eventStoreSubscriptionContract(store: () => EventStore): void {
  describe('subscriptions (I4)', () => {
    const { signal } = new AbortController();

    test('without a start only what is committed from the call on arrives', async () => {
      await store().append('a', 'any', [event(0)]);
      const events = store().subscribe({ signal });
      await store().append('a', 'any', [event(1), event(2)]);
      expect(numbers(await take(events, 2))).toEqual([1, 2]);
    });

    test('a live event equals the one that is read', async () => {
      const events = store().subscribe({ signal });
      await store().append('a', 'any', [event(1)], { metadata: { actor: 'user:1' } });
      expect(await take(events, 1)).toEqual(await store().readAll());
    });

    test('from a position the past comes first and the present follows without loss or doubles', async () => {
      await store().append('a', 'any', range(0, 700).map(event));
      const taking = take(store().subscribe({ afterPosition: 0, signal }), 1000);
      for (let n = 700; n < 1000; n += 3) await store().append('a', 'any', range(n, n + 3).map(event));
      expect(numbers(await taking)).toEqual(range(0, 1000));
    });

    test('a waiting subscriber wakes for a commit', async () => {
      const taking = take(store().subscribe({ afterPosition: 0, signal }), 1);
      await new Promise<void>((resolve) => {
        queueMicrotask(resolve);
      });
      await store().append('a', 'any', [event(1)]);
      expect(numbers(await taking)).toEqual([1]);
    });

    test('a prefix selects streams, past and live', async () => {
      await store().append('b-1', 'any', [event(0)]);
      await store().append('a-1', 'any', [event(1)]);
      const taking = take(store().subscribe({ afterPosition: 0, streamPrefix: 'a-', signal }), 3);
      await store().append('b-1', 'any', [event(2)]);
      await store().append('a-2', 'any', [event(3)]);
      await store().append('a-1', 'any', [event(4)]);
      expect(numbers(await taking)).toEqual([1, 3, 4]);
    });

    test('a consumer slower than any buffer still gets everything once', async () => {
      const events = store().subscribe({ signal });
      for (let n = 0; n < 6000; n += 50) await store().append('a', 'any', range(n, n + 50).map(event));
      const taken: RecordedEvent[] = [];
      let more = 6000;
      for await (const received of events) {
        taken.push(received);
        if (taken.length % 500 === 0 && more < 6200) {
          await store().append('a', 'any', range(more, more + 50).map(event));
          more += 50;
        }
        if (taken.length === 6200) break;
      }
      expect(numbers(taken)).toEqual(range(0, 6200));
    });

    test('several subscribers get the same events independently', async () => {
      const [first, second] = [store().subscribe({ signal }), store().subscribe({ signal })];
      await store().append('a', 'any', [event(1), event(2)]);
      expect(numbers(await take(first, 1))).toEqual([1]);
      expect(numbers(await take(second, 2))).toEqual([1, 2]);
    });

    test('a rolled back append is never seen', async () => {
      const events = store().subscribe({ signal });
      const outcomes = await Promise.allSettled([
        store().append('a', 'any', [event(1)]),
        store().append('a', 7, [event(2)]),
        store().append('a', 'any', [event(3)]),
      ]);
      expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      expect(numbers(await take(events, 2))).toEqual([1, 3]);
    });

    test('an aborted signal ends the loop, also while it waits', async () => {
      const controller = new AbortController();
      const taking = take(store().subscribe({ signal: controller.signal }), 1);
      controller.abort();
      expect(await taking).toEqual([]);
      expect(await take(store().subscribe({ afterPosition: 0, signal: controller.signal }), 1)).toEqual([]);
    });

    test('closing the store ends the loop', async () => {
      const taking = take(store().subscribe({ signal }), 1);
      await store().close();
      expect(await taking).toEqual([]);
    });
  });
}
