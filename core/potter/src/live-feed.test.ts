import { describe, expect, test } from 'vitest';
import type { RecordedEvent } from './event.ts';
import { LiveFeed } from './live-feed.ts';

const event = (position: number, stream = 's'): RecordedEvent => ({
  stream,
  version: position,
  position,
  type: 'Counted',
  schemaVersion: 1,
  data: {},
  time: 0,
  metadata: {},
});

/** A feed over a store whose reads answer only when told, as they were at the moment of the call. */
function setUp(bufferLimit = 4) {
  const committed: RecordedEvent[] = [];
  const answers: (() => void)[] = [];
  let reads = 0;
  const feed = new LiveFeed({
    bufferLimit,
    readAll: ({ afterPosition = 0, limit = 10 }) => {
      reads += 1;
      const page = committed.filter(({ position }) => position > afterPosition).slice(0, limit);
      return new Promise((resolve) => {
        answers.push(() => resolve(page));
      });
    },
  });
  const commit = (...positions: number[]) => {
    for (const position of positions) committed.push(event(position));
    feed.publish(
      's',
      positions.map((position) => event(position)),
    );
  };
  const answer = async () => {
    answers.shift()?.();
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  };
  const { signal } = new AbortController();
  return { feed, commit, answer, signal, reads: () => reads };
}

/** Collects positions in the background. */
function follow(events: AsyncIterable<RecordedEvent>): number[] {
  const positions: number[] = [];
  const run = async () => {
    for await (const { position } of events) positions.push(position);
  };
  void run();
  return positions;
}

describe('a live feed', () => {
  test('reads again when a commit fell into its last read', async () => {
    const { feed, commit, answer, signal } = setUp();
    const seen = follow(feed.subscribe({ afterPosition: 0, signal }, 0));
    commit(1);
    await answer();
    await answer();
    expect(seen).toEqual([1]);
    commit(2);
    await answer();
    await answer();
    expect(seen).toEqual([1, 2]);
  });

  test('falls back to the store when its buffer is full and reads no more once it has caught up', async () => {
    const { feed, commit, answer, signal, reads } = setUp(4);
    const events = feed.subscribe({ signal }, 0);
    commit(1, 2, 3);
    commit(4, 5);
    commit(6);
    const seen = follow(events);
    await answer();
    await answer();
    await answer();
    expect(seen).toEqual([1, 2, 3, 4, 5, 6]);
    const before = reads();
    commit(7);
    await answer();
    expect(seen.at(-1)).toBe(7);
    expect(reads()).toBe(before);
  });

  test('starts at a position that the store has not reached yet', async () => {
    const { feed, commit, answer, signal } = setUp();
    const seen = follow(feed.subscribe({ afterPosition: 2, signal }, 0));
    await answer();
    commit(1, 2);
    commit(3);
    await answer();
    expect(seen).toEqual([3]);
  });

  test('wants only streams that somebody follows, until they leave', async () => {
    const { feed } = setUp();
    const controller = new AbortController();
    expect(feed.wants('a-1')).toBe(false);
    feed.subscribe({ streamPrefix: 'a-', signal: controller.signal }, 0);
    expect([feed.wants('a-1'), feed.wants('b-1')]).toEqual([true, false]);
    controller.abort();
    expect(feed.wants('a-1')).toBe(false);
  });

  test('hands a failing read to the consumer', async () => {
    const feed = new LiveFeed({ readAll: () => Promise.reject(new Error('disk')) });
    const events = feed.subscribe({ afterPosition: 0, signal: new AbortController().signal }, 0);
    await expect(events[Symbol.asyncIterator]().next()).rejects.toThrow('disk');
  });

  test('a read that fails because the store closed only ends the loop', async () => {
    let fail: (error: Error) => void = () => {};
    const feed = new LiveFeed({
      readAll: () =>
        new Promise((_, reject) => {
          fail = reject;
        }),
    });
    const next = feed
      .subscribe({ afterPosition: 0, signal: new AbortController().signal }, 0)
      [Symbol.asyncIterator]()
      .next();
    feed.close();
    fail(new Error('closed'));
    expect(await next).toEqual({ done: true, value: undefined });
  });
});
